using System.Net.Http.Headers;
using TaskQueue.Contracts;

namespace TaskQueue.Storage.Gcs;

/// <summary>
/// Lets requests go to one host alone, each with its token. A redirect or an upload's own URL could name any other, and
/// a host that gets the token may do all that we may.
/// </summary>
/// <param name="endpoint">The host.</param>
/// <param name="token">Gives an access token that is valid now; null for none.</param>
internal sealed class GcsGate(Uri endpoint, Func<CancellationToken, Task<string>>? token)
    : DelegatingHandler(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        ConnectTimeout = TimeSpan.FromSeconds(10),
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
    })
{
    /// <exception cref="TaskQueueException">The request is for another host (69), or there is no token (77).</exception>
    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var (host, other) = (HostOf(endpoint), HostOf(request.RequestUri!));
        if (other != host)
        {
            throw new TaskQueueException(
                ExitCode.Unavailable, $"'{host}' names a URL of another host, '{other}', which gets no data.", next:
                "Check STORAGE_EMULATOR_HOST and any proxy on the way.");
        }

        if (token is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await token(cancellationToken));

        return await base.SendAsync(request, cancellationToken);
    }

    private static string HostOf(Uri url) => url.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped);
}
