using System.Runtime.CompilerServices;
using System.Threading.Channels;
using TaskQueue.Contracts;

namespace TaskQueue.Storage.Buckets;

/// <summary>
/// Lists a bucket by many requests at once: ranges of keys are split while there are requests to spare.
/// </summary>
/// <remarks>
/// Ranges never overlap and each gives only keys of its own in rising order, so every key that is there all the while
/// comes exactly once: however short, empty, repeated or stale the bucket's pages are.
/// </remarks>
internal sealed class SplitListing(string location, string prefix, FetchPage fetch, int maxRequests)
{
    public const int DefaultRequests = 32;

    private const int PagesAhead = 64;

    /// <summary>Lists all keys of some ranges that do not overlap, in no particular order.</summary>
    public async IAsyncEnumerable<string> RunAsync(
        IEnumerable<KeyRange> ranges, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var pages = Channel.CreateBounded<IReadOnlyList<string>>(PagesAhead);
        var producer = ProduceAsync(ranges, pages.Writer, stop.Token);
        try
        {
            await foreach (var page in pages.Reader.ReadAllAsync(cancellationToken))
            {
                foreach (var found in page)
                    yield return found;
            }
        }
        finally
        {
            await stop.CancelAsync();
            await producer;
        }
    }

    private async Task ProduceAsync(
        IEnumerable<KeyRange> ranges, ChannelWriter<IReadOnlyList<string>> pages,
        CancellationToken cancellationToken)
    {
        var waiting = new Queue<RangeListing>(ranges.Select(range => new RangeListing(location, range)));
        var running = new List<Task<(IReadOnlyList<string> Found, RangeListing? Left)>>();
        try
        {
            while (waiting.Count + running.Count > 0)
            {
                while (running.Count < maxRequests && waiting.TryDequeue(out var range))
                    running.Add(range.StepAsync(fetch, cancellationToken));

                var step = await Task.WhenAny(running);
                running.Remove(step);
                var (found, rest) = await step;
                await pages.WriteAsync(found, cancellationToken);
                var isSpare = waiting.Count + running.Count < maxRequests;
                foreach (var part in rest is null ? [] : isSpare ? rest.Split(found, prefix.Length) : [rest])
                    waiting.Enqueue(part);
            }

            pages.Complete();
        }
        catch (Exception e)
        {
            pages.Complete(e);
        }
    }
}
