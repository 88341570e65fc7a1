using System.Diagnostics;
using TaskQueue.Tests.Servers;

[assembly: AssemblyFixture(typeof(Emulators))]

namespace TaskQueue.Tests.Servers;

/// <summary>
/// The clouds' stand-ins, each started by the first test that asks for it and stopped after the last.
/// </summary>
public sealed class Emulators : IDisposable
{
    private readonly Emulator _s3 = new("emulators/fauxqs.mjs");
    private readonly Emulator _googleStorage = new("emulators/firebase-storage.cjs");

    /// <summary>URL of fauxqs: S3 and SQS.</summary>
    public Task<string> FauxqsAsync() => _s3.UrlAsync;

    /// <summary>URL of the Firebase storage emulator.</summary>
    public Task<string> FirebaseStorageAsync() => _googleStorage.UrlAsync;

    public void Dispose()
    {
        _s3.Dispose();
        _googleStorage.Dispose();
    }

    /// <param name="script">Of tests/node; it prints "ready URL" when it serves.</param>
    private sealed class Emulator(string script) : IDisposable
    {
        private readonly Lock _once = new();
        private Process? _process;
        private Task<string>? _url;

        public Task<string> UrlAsync
        {
            get
            {
                lock (_once)
                    return _url ??= StartAsync();
            }
        }

        public void Dispose() => _process?.Dispose();

        private async Task<string> StartAsync()
        {
            _process = await Node.StartServer(script);
            while (await _process.StandardOutput.ReadLineAsync() is { } line)
            {
                if (line.StartsWith("ready ", StringComparison.Ordinal))
                    return line["ready ".Length..];
            }

            throw new InvalidOperationException($"{script} ended before it was ready.");
        }
    }
}
