using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using Google;
using Google.Apis.Upload;
using Google.Cloud.Storage.V1;
using TaskQueue.Collections;
using TaskQueue.Contracts;
using TaskQueue.Storage.Buckets;
using TaskQueue.Storage.Streams;

namespace TaskQueue.Storage.Gcs;

/// <summary>A bucket of Google Cloud Storage.</summary>
/// <param name="client">Asks the service.</param>
/// <param name="name">The bucket's name.</param>
/// <param name="findSigner">Finds what signs URLs; null where nothing does, as on an emulator.</param>
internal sealed class GcsBucket(
    StorageClient client, string name, Func<CancellationToken, Task<GcsSigner>>? findSigner = null) : IBucket
{
    private const int PageSize = 1000;
    private const int MaxStalls = 5;
    private const string ContentType = "application/octet-stream";

    private GcsSigner? _signer;

    public string Location => $"gs://{name}";

    public async Task<ListPage> ListAsync(string prefix, KeyRange range, string? next, CancellationToken cancellationToken)
    {
        var options = new ListObjectsOptions
        {
            PageSize = PageSize,
            PageToken = next,
            Fields = "items(name,size),nextPageToken",
            StartOffset = range.After.Length > 0 ? range.After : null,
            // The service stops before this offset, and the range's last key is to be found yet.
            EndOffset = range.UpTo is null ? null : range.UpTo + " ",
        };
        var page = await client.ListObjectsAsync(name, prefix, options).AsRawResponses().FirstAsync(cancellationToken);
        var items = page.Items ?? [];
        return new ListPage([.. items.Select(found => found.Name)], page.NextPageToken) { Bytes = items.Sum(found => (long)(found.Size ?? 0)) };
    }

    public async Task<bool> ExistsAsync(string key, CancellationToken cancellationToken) =>
        await FindStampAsync(key, cancellationToken) is not null;

    public async Task<ObjectStamp?> FindStampAsync(string key, CancellationToken cancellationToken)
    {
        try
        {
            var found = await client.GetObjectAsync(name, key, cancellationToken: cancellationToken);
            return new ObjectStamp((long)(found.Size ?? 0), found.UpdatedDateTimeOffset ?? DateTimeOffset.MinValue);
        }
        catch (GoogleApiException e) when (GcsErrors.IsMissing(e))
        {
            return null;
        }
    }

    /// <summary>The library's own download pushes into a stream, and tells what it reads when all is read.</summary>
    public async Task<RemoteBody> OpenAsync(string key, long offset, string? version, CancellationToken cancellationToken)
    {
        var condition = version is null ? "" : $"&ifGenerationMatch={version}";
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{ObjectsUrl}/{Uri.EscapeDataString(key)}?alt=media{condition}");
        request.Options.Set(HttpRetries.IsDownload, true);
        if (offset > 0)
            request.Headers.Range = new RangeHeaderValue(offset, null);

        var answer = await client.Service.HttpClient.SendAsync(
            request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        try
        {
            await CheckAsync(answer);
            var body = await GcsDownload.ToBodyAsync(answer, cancellationToken);
            var isWhole = offset > 0 && answer.StatusCode == HttpStatusCode.OK;
            return isWhole ? await body.SkipToAsync(offset, cancellationToken) : body;
        }
        catch (GoogleApiException e) when (GcsErrors.IsMissing(e))
        {
            answer.Dispose();
            throw new FileNotFoundException($"There is no object '{Location}/{key}'.", e);
        }
        catch
        {
            answer.Dispose();
            throw;
        }
    }

    /// <summary>The library's own upload takes two requests, which is one too many for a small record.</summary>
    public async Task<bool> PutAsync(
        string key, ReadOnlyMemory<byte> content, bool ifAbsent, CancellationToken cancellationToken)
    {
        var condition = ifAbsent ? "&ifGenerationMatch=0" : "";
        var url = new Uri(new Uri(ObjectsUrl), $"/upload/storage/v1/b/{name}/o?uploadType=multipart&fields=name&name={Uri.EscapeDataString(key)}{condition}");
        using var body = new MultipartContent("related")
        {
            JsonContent.Create(new { crc32c = Crc32C.Of(content.Span).ToString() }),
            new ReadOnlyMemoryContent(content) { Headers = { ContentType = new(ContentType) } },
        };
        using var answer = await client.Service.HttpClient.PostAsync(url, body, cancellationToken);
        if (ifAbsent && answer.StatusCode == HttpStatusCode.PreconditionFailed)
            return false;

        await CheckAsync(answer);
        return true;
    }

    /// <summary>
    /// The library goes on with an upload for as long as it gets answers. How long one may take is seen to elsewhere; so
    /// a slow upload goes on, and one that the service takes no more bytes of comes to an end.
    /// </summary>
    public async Task PutLargeAsync(string key, Stream content, CancellationToken cancellationToken)
    {
        var options = new UploadObjectOptions { ChunkSize = BucketStore.PartSize };
        var upload = client.CreateObjectUploader(name, key, ContentType, content, options);
        var (taken, stalls) = (0L, 0);
        upload.ProgressChanged += progress =>
        {
            (taken, stalls) = progress.BytesSent > taken ? (progress.BytesSent, 0) : (taken, stalls + 1);
            if (progress.Status == UploadStatus.Uploading && stalls > MaxStalls)
                throw new IOException($"the service takes no bytes after the first {taken}.");
        };
        UploadProgress.ThrowOnFailure(await upload.UploadAsync(cancellationToken));
    }

    public async Task DeleteAsync(string key, CancellationToken cancellationToken)
    {
        try
        {
            await client.DeleteObjectAsync(name, key, cancellationToken: cancellationToken);
        }
        catch (GoogleApiException e) when (GcsErrors.IsMissing(e))
        {
            // It is gone all the same, and so it is when an earlier try deleted it and its answer got lost.
        }
    }

    /// <summary>A signed URL where the credentials hold a key; else the one for people who are logged in to Google.</summary>
    public Uri? GetUrl(string key, TimeSpan validFor) => _signer?.Sign(name, key, validFor)
        ?? new($"https://storage.cloud.google.com/{name}/{string.Join('/', key.Split('/').Select(Uri.EscapeDataString))}");

    public async Task<string?> PrepareUrlsAsync(CancellationToken cancellationToken)
    {
        _signer ??= findSigner is null ? null : await findSigner(cancellationToken);
        return _signer?.Fault;
    }

    public TaskQueueException Explain(Exception exception, string verb, string location) =>
        GcsErrors.Explain(exception, verb, location);

    private string ObjectsUrl => $"{client.Service.BaseUri}b/{name}/o";

    /// <exception cref="GoogleApiException">The answer is a refusal.</exception>
    private async Task CheckAsync(HttpResponseMessage answer)
    {
        if (!answer.IsSuccessStatusCode)
        {
            throw new GoogleApiException(client.Service.Name)
            {
                HttpStatusCode = answer.StatusCode,
                Error = await client.Service.DeserializeError(answer),
            };
        }
    }
}
