namespace TaskQueue.Worker;

/// <summary>How long a task rests after a failed attempt: 1 s, 5 s, 25 s, then 120 s.</summary>
internal static class RetryDelays
{
    private static readonly TimeSpan[] Delays =
        [TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(25), TimeSpan.FromSeconds(120)];

    /// <param name="attempt">The attempt that failed, from 1.</param>
    public static TimeSpan After(int attempt) => Delays[Math.Clamp(attempt, 1, Delays.Length) - 1];
}
