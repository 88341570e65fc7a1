namespace TaskQueue.Worker;

/// <summary>Whether the threads of all tasks fit the CPUs that this process may use.</summary>
internal static class Processors
{
    /// <param name="workers">Processes.</param>
    /// <param name="concurrency">Tasks at once in each.</param>
    /// <param name="threads">Threads of one task.</param>
    public static IEnumerable<string> FindWarnings(int workers, int concurrency, int threads)
    {
        var all = (long)workers * concurrency * threads;
        if (all <= Environment.ProcessorCount)
            yield break;
        var times = workers == 1 ? "" : $"{workers} workers times ";
        yield return
            $"{times}WORKER_CONCURRENCY {concurrency} times TASK_THREADS {threads} is more than the {Environment.ProcessorCount} CPUs: right for tasks that wait, too much for tasks that compute";
    }
}
