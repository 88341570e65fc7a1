using System.Net;
using System.Net.Http.Headers;
using TaskQueue.Contracts;
using TaskQueue.Storage.Streams;

namespace TaskQueue.Storage.Inputs;

/// <summary>Reads http and https URLs, without credentials; failures that may pass are tried again.</summary>
/// <param name="roots">Limits what is connected to; null for no limit.</param>
internal sealed class HttpInputs(InputRoots? roots) : IDisposable
{
    private const int MaxTries = 4;

    private static readonly TimeSpan LongestTry = TimeSpan.FromSeconds(100);

    private readonly HttpClient client = new(new HttpRetries(
        new SocketsHttpHandler
        {
            // So that a changed address is noticed by a worker that runs for days.
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            ConnectTimeout = TimeSpan.FromSeconds(30),
            ConnectCallback = roots is null ? null : new OutsideConnections(roots).ConnectAsync,
        },
        MaxTries,
        LongestTry))
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    public void Dispose() => client.Dispose();

    /// <exception cref="FileNotFoundException">The server answers 404 or 410.</exception>
    /// <exception cref="TaskQueueException">The server refuses (77) or cannot be reached (69).</exception>
    public async Task<Stream> OpenAsync(string location, CancellationToken cancellationToken)
    {
        if (!Uri.TryCreate(location, UriKind.Absolute, out var url))
            throw new TaskQueueException(ExitCode.BadInput, $"The input '{SecretMask.Hide(location)}' is no valid URL.");

        var first = await OpenAsync(url, from: 0, cancellationToken);
        return new ResumingStream(
            Plain(url), first, (position, cancel) => GoOnAsync(url, position, first.Version, cancel));
    }

    /// <summary>Reads on; bytes of two versions would make a file that never was.</summary>
    private async Task<RemoteBody> GoOnAsync(Uri url, long from, string? version, CancellationToken cancellationToken)
    {
        var rest = await OpenAsync(url, from, cancellationToken);
        if (version is not null && rest.Version == version)
            return rest;

        await rest.Content.DisposeAsync();
        throw new TaskQueueException(
            ExitCode.Unavailable, $"The input '{Plain(url)}' broke off, and the rest may be that of another version.", next:
            "Read it again; a server that sends an ETag or Last-Modified lets it be read on.");
    }

    private async Task<RemoteBody> OpenAsync(Uri url, long from, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        request.Options.Set(HttpRetries.IsDownload, true);
        if (from > 0)
            request.Headers.Range = new RangeHeaderValue(from, null);

        HttpResponseMessage? answer = null;
        try
        {
            answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            answer.EnsureSuccessStatusCode();
            var content = await answer.Content.ReadAsStreamAsync(cancellationToken);
            var body = new RemoteBody(content, answer.Content.Headers.ContentLength, FindVersion(answer));
            var isWhole = from > 0 && answer.StatusCode == HttpStatusCode.OK;
            return isWhole ? await body.SkipToAsync(from, cancellationToken) : body;
        }
        catch (Exception e)
        {
            answer?.Dispose();
            if (e is HttpRequestException refused)
                throw Explain(url, refused);

            throw;
        }
    }

    private static string? FindVersion(HttpResponseMessage answer) =>
        answer.Headers.ETag is { IsWeak: false } strong ? strong.ToString() : answer.Content.Headers.LastModified?.ToString("r");

    private static Exception Explain(Uri url, HttpRequestException e)
    {
        var plain = Plain(url);
        return e.StatusCode switch
        {
            _ when e.InnerException is TaskQueueException refused => refused,
            HttpStatusCode.NotFound or HttpStatusCode.Gone => new FileNotFoundException($"There is no input '{plain}'.", e),
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => new TaskQueueException(
                ExitCode.Permission, $"The input '{plain}' may not be read: {e.Message}", cause: e),
            _ => new TaskQueueException(
                ExitCode.Unavailable, $"The input '{plain}' cannot be read: {e.GetBaseException().Message}", cause: e),
        };
    }

    // A user name, password or signature stays out of messages.
    internal static string Plain(Uri url) =>
        url.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped);
}
