using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using TaskQueue.Storage.Buckets;

namespace TaskQueue.Storage.Gcs;

/// <summary>Writes one large object by a resumable upload; it appears when the last part is there.</summary>
internal sealed class GcsUpload(GcsClient client, GcsQuestion what, string uploadUrl, string key)
{
    private Crc32C _checksum;

    public async Task RunAsync(PartReader parts, CancellationToken cancellationToken)
    {
        var session = await StartAsync(cancellationToken);
        try
        {
            while (!parts.IsLast)
            {
                await SendAsync(session, parts, cancellationToken);
                await parts.ReadAsync(cancellationToken);
            }

            await SendAsync(session, parts, cancellationToken);
        }
        catch
        {
            await AbandonAsync(session);
            throw;
        }
    }

    private async Task<Uri> StartAsync(CancellationToken cancellationToken)
    {
        var url = $"{uploadUrl}?uploadType=resumable&fields=crc32c&name={Uri.EscapeDataString(key)}";
        using var answer = await client.AskAsync(
            what,
            () => new(HttpMethod.Post, url) { Content = new StringContent("{}", Encoding.UTF8, "application/json") },
            [],
            cancellationToken);
        var session = answer.Headers.Location;
        // Whoever holds the session's URL may write; and it is sent our token.
        return session is { IsAbsoluteUri: true } && session.Authority == new Uri(uploadUrl).Authority
            ? session
            : throw GcsErrors.NotOurs(what);
    }

    /// <summary>Sends one part, as often as it takes for the server to have all of it.</summary>
    private async Task SendAsync(Uri session, PartReader parts, CancellationToken cancellationToken)
    {
        _checksum.Add(parts.Current.Span);
        for (var sent = 0; ;)
        {
            var rest = parts.Current[sent..];
            var from = parts.Offset + sent;
            using var answer = await client.AskAsync(
                what, () => MakePart(session, rest, from, parts.IsLast), [HttpStatusCode.PermanentRedirect], cancellationToken);
            if (answer.IsSuccessStatusCode)
            {
                await CheckAsync(answer, cancellationToken);
                return;
            }

            sent = (int)Math.Clamp(Persisted(answer) - parts.Offset, sent, parts.Current.Length);
            if (sent == parts.Current.Length && !parts.IsLast)
                return;
        }
    }

    private static HttpRequestMessage MakePart(Uri session, ReadOnlyMemory<byte> bytes, long from, bool isLast)
    {
        var total = isLast ? (from + bytes.Length).ToString(CultureInfo.InvariantCulture) : "*";
        var range = bytes.Length == 0 ? "*" : $"{from}-{from + bytes.Length - 1}";
        var content = new ReadOnlyMemoryContent(bytes);
        content.Headers.TryAddWithoutValidation("Content-Range", $"bytes {range}/{total}");
        return new HttpRequestMessage(HttpMethod.Put, session) { Content = content };
    }

    /// <summary>How many bytes the server has.</summary>
    private static long Persisted(HttpResponseMessage answer) =>
        answer.Headers.TryGetValues("Range", out var values)
        && RangeHeaderValue.TryParse(values.First(), out var range) && range.Ranges.First().To is { } last
            ? last + 1
            : 0;

    private async Task CheckAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        var written = await answer.Content.ReadFromJsonAsync(GcsJson.Default.GcsObject, cancellationToken);
        if (written?.Crc32c is { } theirs && theirs != _checksum.Text)
            throw GcsErrors.Damaged(what);
    }

    private async Task AbandonAsync(Uri session)
    {
        try
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(5));
            using var _ = await client.AskAsync(what, () => new(HttpMethod.Delete, session), [(HttpStatusCode)499], limit.Token);
        }
        catch (Exception e) when (e is Contracts.TaskQueueException or OperationCanceledException)
        {
            // The error that led here counts; an unfinished upload is never seen, and ends by itself in a week.
        }
    }
}
