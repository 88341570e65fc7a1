using System.Net;
using TaskQueue.Contracts;

namespace TaskQueue.Storage.Streams;

/// <summary>Sends a request again when it failed in a way that may pass, and gives each try its time.</summary>
/// <param name="inner">Sends it; throws <see cref="HttpRequestException"/> or <see cref="IOException"/> when it cannot.</param>
/// <param name="maxTries">How often at most.</param>
/// <param name="longestTry">Until the answer is there: of a download its headers, else all of it.</param>
internal sealed class HttpRetries(HttpMessageHandler inner, int maxTries, TimeSpan longestTry) : DelegatingHandler(inner)
{
    /// <summary>Marks a request whose answer is read bit by bit.</summary>
    public static readonly HttpRequestOptionsKey<bool> IsDownload = new("download");

    public static bool MayPass(HttpStatusCode status) =>
        status is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError;

    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var backoff = Backoff.ForRequests();
        for (var tries = 1; ; tries++)
        {
            try
            {
                var answer = await TryAsync(request, cancellationToken);
                if (tries == maxTries || !MayPass(answer.StatusCode))
                    return answer;

                answer.Dispose();
            }
            catch (Exception e) when (e is HttpRequestException { InnerException: not TaskQueueException } or IOException)
            {
                if (tries == maxTries)
                    throw;
            }

            await backoff.WaitAsync(TimeProvider.System, cancellationToken);
        }
    }

    private async Task<HttpResponseMessage> TryAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(longestTry);
        try
        {
            var answer = await base.SendAsync(request, patience.Token);
            if (!request.Options.TryGetValue(IsDownload, out _))
                await answer.Content.LoadIntoBufferAsync(patience.Token);

            return answer;
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new HttpRequestException("There was no answer in time.", e);
        }
    }
}
