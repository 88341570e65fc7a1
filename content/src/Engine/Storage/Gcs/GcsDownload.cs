using System.Net;
using TaskQueue.Storage.Streams;

namespace TaskQueue.Storage.Gcs;

/// <summary>Takes from the headers of a download what is known of its body.</summary>
internal static class GcsDownload
{
    private const string Checksum = "crc32c=";

    public static async Task<RemoteBody> ToBodyAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        var content = await answer.Content.ReadAsStreamAsync(cancellationToken);
        var length = answer.Content.Headers.ContentLength;
        // A compressed object that the service unpacks has another length and checksum than the one it keeps.
        var isAsStored = length is not null && answer.StatusCode == HttpStatusCode.OK
            && (Find(answer, "x-goog-stored-content-length") is not { } stored || stored == $"{length}");
        return new RemoteBody(content, length, Find(answer, "x-goog-generation"), isAsStored ? FindChecksum(answer) : null);
    }

    private static string? FindChecksum(HttpResponseMessage answer) => Find(answer, "x-goog-hash")?
        .Split(',', StringSplitOptions.TrimEntries)
        .FirstOrDefault(hash => hash.StartsWith(Checksum, StringComparison.Ordinal))?[Checksum.Length..];

    private static string? Find(HttpResponseMessage answer, string header) =>
        answer.Headers.TryGetValues(header, out var values) ? string.Join(',', values) : null;
}
