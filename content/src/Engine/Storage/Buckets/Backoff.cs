namespace TaskQueue.Storage.Buckets;

/// <summary>
/// How long to wait before a request is made again: doubling, with jitter, so that workers do not come in step.
/// </summary>
internal static class Backoff
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(15);

    /// <param name="failures">How many tries failed; 1 or more.</param>
    public static TimeSpan Delay(int failures)
    {
        var limit = Math.Min(First.TotalSeconds * Math.Pow(2, failures), Longest.TotalSeconds);
        return TimeSpan.FromSeconds(limit * (0.5 + Random.Shared.NextDouble() / 2));
    }
}
