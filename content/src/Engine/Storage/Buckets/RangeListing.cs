using TaskQueue.Contracts;

namespace TaskQueue.Storage.Buckets;

/// <summary>What is still to be listed of one range.</summary>
/// <param name="Location">The bucket, for errors.</param>
/// <param name="Range">The range.</param>
/// <param name="Level">The position of the character at which the range was cut; -1 for none.</param>
/// <param name="Next">Where its last page ended; null to begin at the start of the range.</param>
/// <param name="Stalls">How often it began again since it last found a key.</param>
internal sealed record RangeListing(string Location, KeyRange Range, int Level = -1, string? Next = null, int Stalls = 0)
{
    private const int MaxStalls = 5;

    /// <summary>Asks for one page.</summary>
    /// <returns>The keys that it gave, and what is left; null for nothing.</returns>
    public async Task<(IReadOnlyList<string> Found, RangeListing? Left)> StepAsync(FetchPage fetch, CancellationToken cancellationToken)
    {
        try
        {
            var page = await fetch(Range, Next, cancellationToken);
            var found = Take(page.Keys, out var isBehind);
            return (found, isBehind || page.Next is null ? null : GoOn(found, page.Next == Next ? null : page.Next));
        }
        catch (TaskQueueException e) when (Next is not null && e.ExitCode == ExitCode.Unavailable)
        {
            // Perhaps the bucket forgot where its page ended; the last key is never forgotten.
            return ([], GoOn([], next: null));
        }
    }

    /// <summary>Cuts what is left into parts that can be listed at once.</summary>
    /// <param name="found">The keys of the step before.</param>
    /// <param name="prefixLength">How many characters all keys of the listing share.</param>
    public IEnumerable<RangeListing> Split(IReadOnlyList<string> found, int prefixLength)
    {
        if (found.Count == 0)
            return [this];

        var cuts = SplitPoints.Behind(found[0], found[^1], prefixLength, Level)
            .Where(cut => Range.UpTo is null || Utf8Order.Compare(cut.Key, Range.UpTo) < 0)
            .ToList();
        return cuts.Count == 0 ? [this] : Parts(cuts);
    }

    private RangeListing GoOn(List<string> found, string? next)
    {
        var stalls = found.Count > 0 ? 0 : next is null ? Stalls + 1 : Stalls;
        return stalls > MaxStalls
            ? throw new TaskQueueException(ExitCode.Unavailable, $"The listing of '{Location}' does not come to its end.")
            : this with { Range = found.Count == 0 ? Range : Range with { After = found[^1] }, Next = next, Stalls = stalls };
    }

    private IEnumerable<RangeListing> Parts(List<SplitPoints.Cut> cuts)
    {
        yield return new RangeListing(Location, Range with { UpTo = cuts[0].Key });
        for (var i = 0; i < cuts.Count; i++)
        {
            var end = i + 1 < cuts.Count ? cuts[i + 1].Key : Range.UpTo;
            yield return new RangeListing(Location, new KeyRange(cuts[i].Key, end), cuts[i].Level);
        }
    }

    /// <param name="page">The keys of a page.</param>
    /// <param name="isBehind">Whether the page goes on behind the range.</param>
    private List<string> Take(IReadOnlyList<string> page, out bool isBehind)
    {
        isBehind = false;
        var taken = new List<string>(page.Count);
        var last = Range;
        for (var i = 0; i < page.Count && !isBehind; i++)
        {
            if (i > 0 && Utf8Order.Compare(page[i - 1], page[i]) > 0)
                throw Unordered(page[i]);

            isBehind = last.IsBefore(page[i]);
            if (!isBehind && !last.IsAfter(page[i]))
            {
                taken.Add(page[i]);
                last = last with { After = page[i] };
            }
        }

        return taken;
    }

    private TaskQueueException Unordered(string key) => new(
        ExitCode.Unavailable, $"'{Location}' does not list its objects in order: '{key}' came too late.", next:
        "Use a general purpose bucket; directory buckets have no order.");
}
