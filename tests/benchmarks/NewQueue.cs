using TaskQueue.Queues;

namespace TaskQueue.Benchmarks;

/// <summary>Gives each candidate a queue that exists and is empty, and deletes it.</summary>
internal static class NewQueue
{
    /// <returns>What the candidate measured with the queue at that path.</returns>
    public static async Task<double> UseAsync(string path, Func<string, Task<double>> measure)
    {
        await using var queue = QueueKinds.Open(path, Path.GetTempPath());
        await queue.CreateAsync(CancellationToken.None);
        var rate = await measure(path);
        await queue.DeleteAsync(CancellationToken.None);
        return rate;
    }
}
