using System.Net;
using Amazon.S3;
using Amazon.S3.Model;
using TaskQueue.Storage.Buckets;

namespace TaskQueue.Storage.S3;

/// <summary>A bucket of S3.</summary>
internal sealed class S3Bucket(AmazonS3Client client, string name) : IBucket
{
    private const int PageSize = 1000;
    private const int MaxConflicts = 5;

    public string Location => $"s3://{name}";

    public Task<ListPage> ListAsync(string prefix, KeyRange range, string? next, CancellationToken cancellationToken) =>
        AskAsync("list", prefix, cancel => GetPageAsync(prefix, range, next, cancel), cancellationToken);

    public Task<bool> ExistsAsync(string key, CancellationToken cancellationToken) =>
        AskAsync("look for", key, cancel => HasAsync(key, cancel), cancellationToken);

    public Task<RemoteBody> OpenAsync(
        string key, long offset, long? count, string? version, CancellationToken cancellationToken) =>
        AskAsync("read", key, cancel => GetAsync(key, offset, count, version, cancel), cancellationToken);

    public Task<bool> PutAsync(string key, ReadOnlyMemory<byte> content, bool ifAbsent, CancellationToken cancellationToken) =>
        AskAsync("write", key, cancel => PutOrNotAsync(key, content, ifAbsent, cancel), cancellationToken);

    public Task PutLargeAsync(string key, PartReader parts, CancellationToken cancellationToken) =>
        new S3Upload(client, name, key).RunAsync(parts, cancellationToken);

    public Task DeleteAsync(string key, CancellationToken cancellationToken) =>
        AskAsync("delete", key, cancel => client.DeleteObjectAsync(name, key, cancel), cancellationToken);

    public Uri? GetUrl(string key, TimeSpan validFor)
    {
        var isPlain = client.Config.ServiceURL?.StartsWith("http:", StringComparison.OrdinalIgnoreCase) is true;
        var request = new GetPreSignedUrlRequest
        {
            BucketName = name,
            Key = key,
            Verb = HttpVerb.GET,
            Protocol = isPlain ? Protocol.HTTP : Protocol.HTTPS,
            Expires = DateTime.UtcNow + validFor,
        };
        try
        {
            return new Uri(client.GetPreSignedURL(request));
        }
        catch (Exception e) when (S3Errors.Covers(e))
        {
            throw S3Errors.Explain(e, "sign a URL of", $"{Location}/{key}");
        }
    }

    private async Task<ListPage> GetPageAsync(string prefix, KeyRange range, string? next, CancellationToken cancellationToken)
    {
        var request = new ListObjectsV2Request
        {
            BucketName = name,
            Prefix = prefix,
            MaxKeys = PageSize,
            ContinuationToken = next,
            StartAfter = next is null && range.After.Length > 0 ? range.After : null,
        };
        try
        {
            var page = await client.ListObjectsV2Async(request, cancellationToken);
            return new ListPage(
                page.S3Objects?.ConvertAll(ToStored) ?? [], page.IsTruncated == true ? page.NextContinuationToken : null);
        }
        catch (AmazonS3Exception e) when (next is not null && e.StatusCode == HttpStatusCode.BadRequest)
        {
            throw new StalePageException(e);
        }
    }

    private async Task<bool> HasAsync(string key, CancellationToken cancellationToken)
    {
        try
        {
            await client.GetObjectMetadataAsync(name, key, cancellationToken);
            return true;
        }
        catch (AmazonS3Exception e) when (S3Errors.IsMissing(e))
        {
            return false;
        }
    }

    private async Task<RemoteBody> GetAsync(
        string key, long offset, long? count, string? version, CancellationToken cancellationToken)
    {
        var request = new GetObjectRequest { BucketName = name, Key = key, EtagToMatch = version };
        if (offset > 0 || count is not null)
            request.ByteRange = new ByteRange($"bytes={offset}-{(count is null ? "" : offset + count - 1)}");

        try
        {
            var answer = await client.GetObjectAsync(request, cancellationToken);
            var body = new RemoteBody(answer.ResponseStream, answer.ContentLength, answer.ETag);
            var isWhole = request.ByteRange is not null && answer.HttpStatusCode == HttpStatusCode.OK;
            return isWhole ? await body.SkipToAsync(offset, count, cancellationToken) : body;
        }
        catch (AmazonS3Exception e) when (S3Errors.IsMissing(e))
        {
            throw new FileNotFoundException($"There is no object '{Location}/{key}'.", e);
        }
        catch (AmazonS3Exception e) when (e.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
        {
            return RemoteBody.Empty;
        }
    }

    private async Task<bool> PutOrNotAsync(
        string key, ReadOnlyMemory<byte> content, bool ifAbsent, CancellationToken cancellationToken)
    {
        for (var conflicts = 1; ; conflicts++)
        {
            try
            {
                var request = new PutObjectRequest
                {
                    BucketName = name,
                    Key = key,
                    InputStream = content.ToStream(),
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
                await Task.Delay(Backoff.Delay(conflicts), cancellationToken);
            }
        }
    }

    private static StoredObject ToStored(S3Object found) =>
        new(found.Key, found.Size ?? 0, new DateTimeOffset(found.LastModified?.ToUniversalTime() ?? DateTime.UnixEpoch));

    private Task<T> AskAsync<T>(
        string verb, string key, Func<CancellationToken, Task<T>> ask, CancellationToken cancellationToken) =>
        S3Calls.AskAsync(verb, $"{Location}/{key}", ask, cancellationToken);
}
