using Amazon.S3;
using Amazon.S3.Model;
using TaskQueue.Storage.Buckets;

namespace TaskQueue.Storage.S3;

/// <summary>Writes one large object in parts; it appears when the last part is there.</summary>
internal sealed class S3Upload(AmazonS3Client client, string bucket, string key)
{
    private readonly List<PartETag> _written = [];

    public async Task RunAsync(PartReader parts, CancellationToken cancellationToken)
    {
        var started = await AskAsync(cancel => client.InitiateMultipartUploadAsync(bucket, key, cancel), cancellationToken);
        try
        {
            while (parts.Current.Length > 0)
            {
                await WriteAsync(started.UploadId, parts.Current, cancellationToken);
                await parts.ReadAsync(cancellationToken);
            }

            var complete = new CompleteMultipartUploadRequest
            {
                BucketName = bucket, Key = key, UploadId = started.UploadId, PartETags = _written,
            };
            await AskAsync(cancel => client.CompleteMultipartUploadAsync(complete, cancel), cancellationToken);
        }
        catch
        {
            await AbortAsync(started.UploadId);
            throw;
        }
    }

    private async Task WriteAsync(string upload, ReadOnlyMemory<byte> part, CancellationToken cancellationToken)
    {
        var number = _written.Count + 1;
        var answer = await AskAsync(
            cancel => client.UploadPartAsync(
                new UploadPartRequest
                {
                    BucketName = bucket, Key = key, UploadId = upload, PartNumber = number, InputStream = part.ToStream(),
                },
                cancel),
            cancellationToken);
        _written.Add(new PartETag(number, answer.ETag));
    }

    private Task<T> AskAsync<T>(Func<CancellationToken, Task<T>> ask, CancellationToken cancellationToken) =>
        S3Calls.AskAsync("write", $"s3://{bucket}/{key}", ask, cancellationToken);

    private async Task AbortAsync(string upload)
    {
        try
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(5));
            await client.AbortMultipartUploadAsync(bucket, key, upload, limit.Token);
        }
        catch (Exception e) when (S3Errors.Covers(e) || e is OperationCanceledException)
        {
            // The error that led here counts; parts of an unfinished upload are never seen.
        }
    }
}
