using System.Collections.Concurrent;

namespace TaskQueue.Storage.Folder;

/// <summary>Threads that wait for the disk, so that the threads of the pool can go on with tasks meanwhile.</summary>
internal static class DiskThreads
{
    /// <summary>A journalling file system makes many waiting fsyncs durable in one go.</summary>
    private const int MaxThreads = 32;

    private static readonly BlockingCollection<Task> Work = [];
    private static int idle;
    private static int threads;

    public static Task<T> Run<T>(Func<T> work)
    {
        var task = new Task<T>(work, TaskCreationOptions.RunContinuationsAsynchronously);
        Work.Add(task);
        if (Volatile.Read(ref idle) < Work.Count && Volatile.Read(ref threads) < MaxThreads)
        {
            Interlocked.Increment(ref threads);
            new Thread(Serve) { IsBackground = true, Name = "disk" }.Start();
        }

        return task;
    }

    private static void Serve()
    {
        while (true)
        {
            Interlocked.Increment(ref idle);
            var task = Work.Take();
            Interlocked.Decrement(ref idle);
            task.RunSynchronously(TaskScheduler.Default);
        }
    }
}
