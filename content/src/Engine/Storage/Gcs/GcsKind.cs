using System.Runtime.CompilerServices;
using TaskQueue.Contracts;
using TaskQueue.Storage.Buckets;

namespace TaskQueue.Storage.Gcs;

/// <summary>Opens gs://bucket/prefix.</summary>
internal static class GcsKind
{
    private const string Google = "https://storage.googleapis.com";

    [ModuleInitializer]
    internal static void Register() => StoreKinds.Add("gs", "gs://bucket/prefix", url => Open(url));

    public static IObjectStore Open(StoreUrl url)
    {
        if (url.Host.Length == 0)
            throw new TaskQueueException(
                ExitCode.Configuration, "CF_CLOUDPATH names no bucket.", next: "Write it as gs://bucket/prefix.");

        var bucket = Environment.GetEnvironmentVariable("STORAGE_EMULATOR_HOST") is { Length: > 0 } emulator
            ? new GcsBucket(GcsClients.Create(WithScheme(emulator), token: null), url.Host)
            : new GcsBucket(GcsClients.Create(Google, GcsCredentials.GetTokenAsync), url.Host, GcsCredentials.GetSignerAsync);
        return new BucketStore(bucket, url.Path);
    }

    private static string WithScheme(string emulator)
    {
        var url = (emulator.Contains("://", StringComparison.Ordinal) ? emulator : "http://" + emulator).TrimEnd('/');
        return Uri.TryCreate(url, UriKind.Absolute, out _)
            ? url
            : throw new TaskQueueException(
                ExitCode.Configuration, $"STORAGE_EMULATOR_HOST is '{emulator}', which is no host.", next:
                "Write it as host:port, or unset it.");
    }
}
