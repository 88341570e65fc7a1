using System.Runtime.CompilerServices;
using TaskQueue.Contracts;
using TaskQueue.Storage.Buckets;

namespace TaskQueue.Storage.S3;

/// <summary>Opens s3://bucket/prefix.</summary>
internal static class S3Kind
{
    /// <summary>Buckets that list in no order, which a listing by ranges of keys needs.</summary>
    private const string DirectoryBucket = "--x-s3";

    [ModuleInitializer]
    internal static void Register() => StoreKinds.Add("s3", "s3://bucket/prefix", url => Open(url));

    public static IObjectStore Open(StoreUrl url)
    {
        if (url.Host.Length == 0)
            throw new TaskQueueException(
                ExitCode.Configuration, "CF_CLOUDPATH names no bucket.", next: "Write it as s3://bucket/prefix.");

        if (url.Host.EndsWith(DirectoryBucket, StringComparison.Ordinal))
            throw new TaskQueueException(
                ExitCode.Configuration, $"'{url.Host}' is a directory bucket, which lists its objects in no order.", next:
                "Use a general purpose bucket.");

        var endpoint = Find("AWS_ENDPOINT_URL_S3") ?? Find("AWS_ENDPOINT_URL");
        return new BucketStore(new S3Bucket(S3Clients.Create(endpoint), url.Host), url.Path);
    }

    private static string? Find(string variable) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value ? value : null;
}
