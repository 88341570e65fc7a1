using System.Net;
using System.Net.Http.Headers;
using TaskQueue.Contracts;
using TaskQueue.Storage.Buckets;

namespace TaskQueue.Storage.Inputs;

/// <summary>Reads http and https URLs, without credentials; failures that may pass are tried again.</summary>
internal sealed class HttpInputs : IDisposable
{
    private const int MaxTries = 4;

    private readonly HttpClient client = new(new SocketsHttpHandler
    {
        // So that a changed address is noticed by a worker that runs for days.
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        ConnectTimeout = TimeSpan.FromSeconds(30),
    });

    public void Dispose() => client.Dispose();

    /// <exception cref="FileNotFoundException">The server answers 404 or 410.</exception>
    /// <exception cref="TaskQueueException">The server refuses (77) or cannot be reached (69).</exception>
    public async Task<Stream> OpenAsync(string location, CancellationToken cancellationToken)
    {
        if (!Uri.TryCreate(location, UriKind.Absolute, out var url))
            throw new TaskQueueException(ExitCode.BadInput, $"The input '{location}' is no valid URL.");

        var first = await OpenAsync(url, from: 0, version: null, cancellationToken);
        return new ResumingStream(Plain(url), first, (position, cancel) => OpenAsync(url, position, first.Version, cancel));
    }

    private async Task<RemoteBody> OpenAsync(Uri url, long from, string? version, CancellationToken cancellationToken)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                return await TryOpenAsync(url, from, version, cancellationToken);
            }
            catch (Exception e) when (Covers(e, cancellationToken))
            {
                if (tries == MaxTries || !MayPass(e))
                    throw Explain(url, e);
            }

            await Task.Delay(Backoff.Delay(tries), cancellationToken);
        }
    }

    private async Task<RemoteBody> TryOpenAsync(Uri url, long from, string? version, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        if (from > 0)
            request.Headers.Range = new RangeHeaderValue(from, null);

        // Bytes of two versions would make a file that never was.
        if (version is not null)
            request.Headers.IfMatch.Add(EntityTagHeaderValue.Parse(version));

        var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        try
        {
            answer.EnsureSuccessStatusCode();
            var content = await answer.Content.ReadAsStreamAsync(cancellationToken);
            var tag = answer.Headers.ETag is { IsWeak: false } strong ? strong.ToString() : null;
            var body = new RemoteBody(content, answer.Content.Headers.ContentLength, tag);
            var isWhole = from > 0 && answer.StatusCode == HttpStatusCode.OK;
            return isWhole ? await body.SkipToAsync(from, count: null, cancellationToken) : body;
        }
        catch
        {
            answer.Dispose();
            throw;
        }
    }

    private static bool Covers(Exception e, CancellationToken cancellationToken) =>
        e is HttpRequestException || e is TaskCanceledException && !cancellationToken.IsCancellationRequested;

    private static bool MayPass(Exception e) => e is not HttpRequestException http || http.StatusCode switch
    {
        null => http.HttpRequestError != HttpRequestError.SecureConnectionError,
        HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests => true,
        var status => status >= HttpStatusCode.InternalServerError,
    };

    private static Exception Explain(Uri url, Exception e)
    {
        var plain = Plain(url);
        return (e as HttpRequestException)?.StatusCode switch
        {
            HttpStatusCode.NotFound or HttpStatusCode.Gone => new FileNotFoundException($"There is no input '{plain}'.", e),
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => new TaskQueueException(
                ExitCode.Permission, $"The input '{plain}' may not be read: {e.Message}", cause: e),
            _ => new TaskQueueException(
                ExitCode.Unavailable, $"The input '{plain}' cannot be read: {e.GetBaseException().Message}", cause: e),
        };
    }

    // A user name, password or signature stays out of messages.
    private static string Plain(Uri url) =>
        url.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped);
}
