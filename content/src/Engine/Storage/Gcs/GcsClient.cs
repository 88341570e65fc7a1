using System.Net;
using System.Net.Http.Headers;
using TaskQueue.Contracts;
using TaskQueue.Storage.Buckets;

namespace TaskQueue.Storage.Gcs;

/// <summary>Sends requests to Google Cloud Storage, again where a failure may pass.</summary>
/// <param name="endpoint">Such as https://storage.googleapis.com, without a slash at its end.</param>
/// <param name="token">Gives an access token that is valid now; null for an emulator, which wants none.</param>
internal sealed class GcsClient(string endpoint, Func<CancellationToken, Task<string>>? token)
{
    private const int MaxTries = 7;

    private static readonly TimeSpan LongestTry = TimeSpan.FromMinutes(5);

    // Redirects are not followed: they would carry the token to another host.
    private static readonly HttpClient Http = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        ConnectTimeout = TimeSpan.FromSeconds(10),
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    public string Endpoint { get; } = endpoint;

    /// <summary>Asks until there is an answer that will not change.</summary>
    /// <param name="what">What is asked, for errors.</param>
    /// <param name="make">Makes the request, once for each try.</param>
    /// <param name="expected">What may be answered besides success; any other answer is an error.</param>
    /// <param name="cancellationToken">Ends the tries.</param>
    /// <returns>The answer; of a download only the headers were read.</returns>
    /// <exception cref="TaskQueueException">The server refuses (77, 78) or does not answer (69).</exception>
    public async Task<HttpResponseMessage> AskAsync(
        GcsQuestion what, Func<HttpRequestMessage> make, HttpStatusCode[] expected, CancellationToken cancellationToken)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                var answer = await SendAsync(what, make, cancellationToken);
                if (answer.IsSuccessStatusCode || expected.Contains(answer.StatusCode))
                    return answer;

                using (answer)
                {
                    if (tries == MaxTries || !GcsErrors.MayPass(answer.StatusCode))
                    {
                        var reason = await GcsErrors.ReasonAsync(answer, cancellationToken);
                        throw GcsErrors.Explain(answer.StatusCode, reason, what);
                    }
                }
            }
            catch (Exception e) when (IsFault(e, cancellationToken))
            {
                if (tries == MaxTries)
                    throw GcsErrors.Unreachable(e, what);
            }

            await Task.Delay(Backoff.Delay(tries), cancellationToken);
        }
    }

    private async Task<HttpResponseMessage> SendAsync(
        GcsQuestion what, Func<HttpRequestMessage> make, CancellationToken cancellationToken)
    {
        using var request = make();
        if (token is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await token(cancellationToken));

        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(LongestTry);
        var reach = what.IsDownload ? HttpCompletionOption.ResponseHeadersRead : HttpCompletionOption.ResponseContentRead;
        return await Http.SendAsync(request, reach, patience.Token);
    }

    private static bool IsFault(Exception e, CancellationToken cancellationToken) =>
        e is HttpRequestException or IOException
        || e is OperationCanceledException && !cancellationToken.IsCancellationRequested;
}
