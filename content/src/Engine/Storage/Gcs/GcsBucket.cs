using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using TaskQueue.Contracts;
using TaskQueue.Storage.Buckets;

namespace TaskQueue.Storage.Gcs;

/// <summary>A bucket of Google Cloud Storage, by its JSON API.</summary>
internal sealed class GcsBucket(GcsClient client, string name) : IBucket
{
    private const int PageSize = 1000;

    public string Location => $"gs://{name}";

    public async Task<ListPage> ListAsync(string prefix, KeyRange range, string? next, CancellationToken cancellationToken)
    {
        var what = new GcsQuestion("list", $"{Location}/{prefix}");
        var url = new StringBuilder($"{ObjectsUrl}?maxResults={PageSize}&fields=items(name,size,updated),nextPageToken");
        Add(url, "prefix", prefix);
        Add(url, "startOffset", range.After);
        // The service stops before this offset, and the range's last key is to be found yet.
        Add(url, "endOffset", range.UpTo is null ? "" : range.UpTo + " ");
        Add(url, "pageToken", next ?? "");
        HttpStatusCode[] stale = next is null ? [] : [HttpStatusCode.BadRequest, HttpStatusCode.Gone];
        using var answer = await client.AskAsync(what, () => new(HttpMethod.Get, url.ToString()), stale, cancellationToken);
        if (!answer.IsSuccessStatusCode)
            throw new StalePageException(new HttpRequestException(answer.ReasonPhrase));

        var page = await ReadAsync(answer, GcsJson.Default.GcsPage, what, cancellationToken);
        return new ListPage([.. (page.Items ?? []).Select(ToStored)], page.NextPageToken);
    }

    public async Task<bool> ExistsAsync(string key, CancellationToken cancellationToken)
    {
        var what = new GcsQuestion("look for", $"{Location}/{key}");
        using var answer = await client.AskAsync(
            what, () => new(HttpMethod.Get, UrlOf(key) + "?fields=name"), [HttpStatusCode.NotFound], cancellationToken);
        await RefuseMissingBucketAsync(answer, what, cancellationToken);
        return answer.IsSuccessStatusCode;
    }

    public async Task<RemoteBody> OpenAsync(
        string key, long offset, long? count, string? version, CancellationToken cancellationToken)
    {
        var what = new GcsQuestion("read", $"{Location}/{key}", IsDownload: true);
        var url = UrlOf(key) + "?alt=media" + (version is null ? "" : $"&ifGenerationMatch={version}");
        var isPart = offset > 0 || count is not null;
        var answer = await client.AskAsync(
            what,
            () =>
            {
                var request = new HttpRequestMessage(HttpMethod.Get, url);
                request.Headers.Range = isPart ? new RangeHeaderValue(offset, offset + count - 1) : null;
                return request;
            },
            [HttpStatusCode.NotFound, HttpStatusCode.RequestedRangeNotSatisfiable],
            cancellationToken);
        if (answer.IsSuccessStatusCode)
        {
            var body = await GcsDownload.ToBodyAsync(answer, cancellationToken);
            var isWhole = isPart && answer.StatusCode == HttpStatusCode.OK;
            return isWhole ? await body.SkipToAsync(offset, count, cancellationToken) : body;
        }

        using (answer)
        {
            await RefuseMissingBucketAsync(answer, what, cancellationToken);
            return answer.StatusCode == HttpStatusCode.NotFound
                ? throw new FileNotFoundException($"There is no object '{Location}/{key}'.")
                : RemoteBody.Empty;
        }
    }

    public async Task<bool> PutAsync(
        string key, ReadOnlyMemory<byte> content, bool ifAbsent, CancellationToken cancellationToken)
    {
        var condition = ifAbsent ? "&ifGenerationMatch=0" : "";
        var url = $"{UploadUrl}?uploadType=multipart&fields=name&name={Uri.EscapeDataString(key)}{condition}";
        var about = JsonSerializer.Serialize(Crc32C.Of(content.Span).Text);
        using var answer = await client.AskAsync(
            new GcsQuestion("write", $"{Location}/{key}"),
            () => new(HttpMethod.Post, url)
            {
                Content = new MultipartContent("related")
                {
                    new StringContent($$"""{"crc32c":{{about}}}""", Encoding.UTF8, "application/json"),
                    new ReadOnlyMemoryContent(content) { Headers = { ContentType = new("application/octet-stream") } },
                },
            },
            ifAbsent ? [HttpStatusCode.PreconditionFailed] : [],
            cancellationToken);
        return answer.IsSuccessStatusCode;
    }

    public Task PutLargeAsync(string key, PartReader parts, CancellationToken cancellationToken) =>
        new GcsUpload(client, new GcsQuestion("write", $"{Location}/{key}"), UploadUrl, key)
            .RunAsync(parts, cancellationToken);

    public async Task DeleteAsync(string key, CancellationToken cancellationToken)
    {
        var what = new GcsQuestion("delete", $"{Location}/{key}");
        using var answer = await client.AskAsync(
            what, () => new(HttpMethod.Delete, UrlOf(key)), [HttpStatusCode.NotFound], cancellationToken);
        await RefuseMissingBucketAsync(answer, what, cancellationToken);
    }

    /// <summary>The URL for people who are logged in to Google; signing one would need a private key.</summary>
    public Uri? GetUrl(string key, TimeSpan validFor) =>
        new($"https://storage.cloud.google.com/{name}/{string.Join('/', key.Split('/').Select(Uri.EscapeDataString))}");

    private string ObjectsUrl => $"{client.Endpoint}/storage/v1/b/{name}/o";

    private string UploadUrl => $"{client.Endpoint}/upload/storage/v1/b/{name}/o";

    private string UrlOf(string key) => $"{ObjectsUrl}/{Uri.EscapeDataString(key)}";

    private static void Add(StringBuilder url, string parameter, string value)
    {
        if (value.Length > 0)
            url.Append('&').Append(parameter).Append('=').Append(Uri.EscapeDataString(value));
    }

    private static StoredObject ToStored(GcsObject found) =>
        new(found.Name, long.Parse(found.Size ?? "0", System.Globalization.CultureInfo.InvariantCulture), found.Updated);

    private static async Task<T> ReadAsync<T>(
        HttpResponseMessage answer, JsonTypeInfo<T> type, GcsQuestion what, CancellationToken cancellationToken)
    {
        try
        {
            return await answer.Content.ReadFromJsonAsync(type, cancellationToken) ?? throw GcsErrors.NotOurs(what);
        }
        catch (Exception e) when (e is JsonException or NotSupportedException)
        {
            throw GcsErrors.NotOurs(what, e);
        }
    }

    // "There is no such object" and "there is no such bucket" have the same number.
    private static async Task RefuseMissingBucketAsync(
        HttpResponseMessage answer, GcsQuestion what, CancellationToken cancellationToken)
    {
        if (answer.StatusCode != HttpStatusCode.NotFound)
            return;

        var reason = await GcsErrors.ReasonAsync(answer, cancellationToken);
        if (reason.Contains("bucket does not exist", StringComparison.OrdinalIgnoreCase))
            throw GcsErrors.Explain(answer.StatusCode, reason, what);
    }
}
