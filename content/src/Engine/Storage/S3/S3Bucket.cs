using System.Net;
using System.Runtime.InteropServices;
using Amazon.S3;
using Amazon.S3.Model;
using Amazon.S3.Transfer;
using TaskQueue.Contracts;
using TaskQueue.Storage.Buckets;
using TaskQueue.Storage.Streams;

namespace TaskQueue.Storage.S3;

/// <summary>A bucket of S3.</summary>
internal sealed class S3Bucket(AmazonS3Client client, string name) : IBucket
{
    private const int PageSize = 1000;
    private const int MaxConflicts = 5;

    public string Location => $"s3://{name}";

    public async Task<ListPage> ListAsync(string prefix, KeyRange range, string? next, CancellationToken cancellationToken)
    {
        var request = new ListObjectsV2Request
        {
            BucketName = name,
            Prefix = prefix,
            MaxKeys = PageSize,
            ContinuationToken = next,
            StartAfter = next is null && range.After.Length > 0 ? range.After : null,
        };
        var page = await client.ListObjectsV2Async(request, cancellationToken);
        return new ListPage(
            page.S3Objects?.ConvertAll(found => found.Key) ?? [], page.IsTruncated == true ? page.NextContinuationToken : null)
        {
            Bytes = page.S3Objects?.Sum(found => found.Size ?? 0) ?? 0,
        };
    }

    public async Task<bool> ExistsAsync(string key, CancellationToken cancellationToken) =>
        await FindStampAsync(key, cancellationToken) is not null;

    public async Task<ObjectStamp?> FindStampAsync(string key, CancellationToken cancellationToken)
    {
        try
        {
            var found = await client.GetObjectMetadataAsync(name, key, cancellationToken);
            return new ObjectStamp(found.ContentLength, found.LastModified?.ToUniversalTime() ?? DateTimeOffset.MinValue);
        }
        catch (AmazonS3Exception e) when (S3Errors.IsMissing(e))
        {
            return null;
        }
    }

    public async Task<RemoteBody> OpenAsync(string key, long offset, string? version, CancellationToken cancellationToken)
    {
        var request = new GetObjectRequest { BucketName = name, Key = key, EtagToMatch = version };
        if (offset > 0)
            request.ByteRange = new ByteRange($"bytes={offset}-");

        try
        {
            var answer = await client.GetObjectAsync(request, cancellationToken);
            var body = new RemoteBody(answer.ResponseStream, answer.ContentLength, answer.ETag);
            var isWhole = offset > 0 && answer.HttpStatusCode == HttpStatusCode.OK;
            return isWhole ? await body.SkipToAsync(offset, cancellationToken) : body;
        }
        catch (AmazonS3Exception e) when (S3Errors.IsMissing(e))
        {
            throw new FileNotFoundException($"There is no object '{Location}/{key}'.", e);
        }
    }

    public async Task<bool> PutAsync(
        string key, ReadOnlyMemory<byte> content, bool ifAbsent, CancellationToken cancellationToken)
    {
        var backoff = Backoff.ForRequests();
        for (var conflicts = 1; ; conflicts++)
        {
            try
            {
                var request = new PutObjectRequest
                {
                    BucketName = name,
                    Key = key,
                    InputStream = ToStream(content),
                    IfNoneMatch = ifAbsent ? "*" : null,
                };
                await client.PutObjectAsync(request, cancellationToken);
                return true;
            }
            catch (AmazonS3Exception e) when (ifAbsent && e.StatusCode == HttpStatusCode.PreconditionFailed)
            {
                return false;
            }
            catch (AmazonS3Exception e) when (ifAbsent && e.StatusCode == HttpStatusCode.Conflict && conflicts < MaxConflicts)
            {
                // Another write of the same key is under way, and may yet fail.
                await backoff.WaitAsync(TimeProvider.System, cancellationToken);
            }
        }
    }

    public async Task PutLargeAsync(string key, Stream content, CancellationToken cancellationToken)
    {
        using var transfer = new TransferUtility(client);
        var request = new TransferUtilityUploadRequest
        {
            BucketName = name,
            Key = key,
            InputStream = content,
            PartSize = BucketStore.PartSize,
        };
        // Once cancelled, it removes its parts before it returns: that is not waited for.
        await transfer.UploadAsync(request, cancellationToken).WaitAsync(cancellationToken);
    }

    public Task DeleteAsync(string key, CancellationToken cancellationToken) =>
        client.DeleteObjectAsync(name, key, cancellationToken);

    public Uri? GetUrl(string key, TimeSpan validFor)
    {
        var isPlain = client.Config.ServiceURL?.StartsWith("http:", StringComparison.OrdinalIgnoreCase) is true;
        var request = new GetPreSignedUrlRequest
        {
            BucketName = name,
            Key = key,
            Verb = HttpVerb.GET,
            Protocol = isPlain ? Protocol.HTTP : Protocol.HTTPS,
            // For a moment more than seven days the SDK would sign by an older rule, which newer regions refuse.
            Expires = DateTime.UtcNow + validFor - TimeSpan.FromSeconds(1),
        };
        try
        {
            return new Uri(client.GetPreSignedURL(request));
        }
        catch (Exception e) when (e is not TaskQueueException)
        {
            throw Explain(e, "sign a URL of", $"{Location}/{key}");
        }
    }

    public TaskQueueException Explain(Exception exception, string verb, string location) =>
        S3Errors.Explain(exception, verb, location);

    /// <summary>A stream over bytes, without copying them where that can be.</summary>
    private static MemoryStream ToStream(ReadOnlyMemory<byte> bytes) => MemoryMarshal.TryGetArray(bytes, out var array)
        ? new MemoryStream(array.Array!, array.Offset, array.Count, writable: false)
        : new MemoryStream(bytes.ToArray(), writable: false);
}
