using System.Diagnostics;
using TaskQueue.Tests.Servers;

[assembly: AssemblyFixture(typeof(Emulators))]

namespace TaskQueue.Tests.Servers;

/// <summary>The clouds' stand-ins, each started by the first test that asks for it and stopped after the last.</summary>
public sealed class Emulators : IDisposable
{
    private readonly Emulator s3 = new("emulators/fauxqs.mjs");
    private readonly Emulator googleStorage = new("emulators/firebase-storage.cjs");

    /// <summary>URL of fauxqs: S3 and SQS.</summary>
    public Task<string> FauxqsAsync() => s3.UrlAsync;

    /// <summary>URL of the Firebase storage emulator.</summary>
    public Task<string> FirebaseStorageAsync() => googleStorage.UrlAsync;

    public void Dispose()
    {
        s3.Dispose();
        googleStorage.Dispose();
    }

    /// <param name="script">Of tests/node; it prints "ready URL" when it serves.</param>
    private sealed class Emulator(string script) : IDisposable
    {
        private readonly Lock once = new();
        private Process? process;
        private Task<string>? url;

        public Task<string> UrlAsync
        {
            get
            {
                lock (once)
                    return url ??= StartAsync();
            }
        }

        public void Dispose() => process?.Dispose();

        private async Task<string> StartAsync()
        {
            process = await Node.StartServer(script);
            while (await process.StandardOutput.ReadLineAsync() is { } line)
            {
                if (line.StartsWith("ready ", StringComparison.Ordinal))
                    return line["ready ".Length..];
            }

            throw new InvalidOperationException($"{script} ended before it was ready.");
        }
    }
}
