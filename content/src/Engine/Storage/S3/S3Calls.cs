using System.Net;
using Amazon.S3;
using TaskQueue.Contracts;
using TaskQueue.Storage.Buckets;

namespace TaskQueue.Storage.S3;

/// <summary>
/// Calls of the SDK, which tries again by itself but for some answers, and whose errors need explaining.
/// </summary>
internal static class S3Calls
{
    private const int MaxTries = 7;

    /// <exception cref="TaskQueueException">The service refuses (77, 78) or does not answer (69).</exception>
    public static async Task<T> AskAsync<T>(
        string verb, string location, Func<CancellationToken, Task<T>> ask, CancellationToken cancellationToken)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                return await ask(cancellationToken);
            }
            catch (AmazonS3Exception e) when (e.StatusCode == HttpStatusCode.TooManyRequests && tries < MaxTries)
            {
                // Services other than Amazon's say "too many requests" where Amazon's says "slow down".
                await Task.Delay(Backoff.Delay(tries), cancellationToken);
            }
            catch (Exception e) when (S3Errors.Covers(e))
            {
                throw S3Errors.Explain(e, verb, location);
            }
        }
    }
}
