using System.Collections.Concurrent;

namespace TaskQueue.Insert;

/// <summary>Reads a sequence on a thread of its own, a little ahead of its consumer.</summary>
internal static class Prefetch
{
    private const int ChunkLength = 1000;

    /// <summary>Of long elements a chunk has fewer.</summary>
    private const long ChunkWeight = 4 << 20;
    private const int ChunksAhead = 8;

    /// <summary>The same elements in the same order; what the source throws is thrown here.</summary>
    /// <param name="source">Is read to its end, or until the consumer leaves.</param>
    /// <param name="weightOf">The memory that an element takes, in bytes.</param>
    public static IEnumerable<T> Ahead<T>(IEnumerable<T> source, Func<T, long> weightOf)
    {
        using var stop = new CancellationTokenSource();
        using var chunks = new BlockingCollection<IReadOnlyList<T>>(ChunksAhead);
        var producer = Task.Factory.StartNew(
            () => Produce(source, weightOf, chunks, stop.Token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
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

    private static void Produce<T>(IEnumerable<T> source, Func<T, long> weightOf, BlockingCollection<IReadOnlyList<T>> chunks, CancellationToken stop)
    {
        try
        {
            var (chunk, weight) = (new List<T>(), 0L);
            foreach (var element in source)
            {
                chunk.Add(element);
                weight += weightOf(element);
                if (chunk.Count < ChunkLength && weight < ChunkWeight)
                    continue;
                chunks.Add(chunk, stop);
                (chunk, weight) = (new List<T>(ChunkLength), 0);
            }
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
