using System.Collections.Concurrent;

namespace TaskQueue.Storage.Folder;

/// <summary>Threads that wait for the disk, so that the threads of the pool can go on with tasks meanwhile.</summary>
internal static class DiskThreads
{
    /// <summary>A journalling file system makes many waiting fsyncs durable in one go.</summary>
    private const int MaxThreads = 32;

    private static readonly BlockingCollection<Task> Work = [];
    private static int _idle;
    private static int _threads;

    public static Task Run(Action work)
    {
        var task = new Task(work, TaskCreationOptions.RunContinuationsAsynchronously);
        Work.Add(task);
        if (Volatile.Read(ref _idle) < Work.Count && Volatile.Read(ref _threads) < MaxThreads)
        {
            Interlocked.Increment(ref _threads);
            new Thread(Serve) { IsBackground = true, Name = "disk" }.Start();
        }

        return task;
    }

    private static void Serve()
    {
        while (true)
        {
            Interlocked.Increment(ref _idle);
            var task = Work.Take();
            Interlocked.Decrement(ref _idle);
            task.RunSynchronously(TaskScheduler.Default);
        }
    }
}
