using System.Collections.Concurrent;

namespace TaskQueue.Insert;

/// <summary>Reads a sequence on a thread of its own, a little ahead of its consumer.</summary>
internal static class Prefetch
{
    private const int ChunkLength = 1000;
    private const int ChunksAhead = 8;

    /// <summary>The same elements in the same order; what the source throws is thrown here.</summary>
    public static IEnumerable<T> Ahead<T>(IEnumerable<T> source)
    {
        using var stop = new CancellationTokenSource();
        using var chunks = new BlockingCollection<T[]>(ChunksAhead);
        var producer = Task.Factory.StartNew(
            () => Produce(source, chunks, stop.Token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        try
        {
            foreach (var chunk in chunks.GetConsumingEnumerable())
                foreach (var element in chunk)
                    yield return element;
            producer.GetAwaiter().GetResult();
        }
        finally
        {
            stop.Cancel();
            producer.ContinueWith(_ => { }, TaskScheduler.Default).Wait();
        }
    }

    private static void Produce<T>(IEnumerable<T> source, BlockingCollection<T[]> chunks, CancellationToken stop)
    {
        try
        {
            foreach (var chunk in source.Chunk(ChunkLength))
                chunks.Add(chunk, stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The consumer left early: nobody wants the rest.
        }
        finally
        {
            chunks.CompleteAdding();
        }
    }
}
