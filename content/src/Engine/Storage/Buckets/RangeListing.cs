using TaskQueue.Contracts;

namespace TaskQueue.Storage.Buckets;

/// <summary>How far the listing of one range has come.</summary>
/// <param name="location">The bucket, for errors.</param>
/// <param name="range">What is still to be listed.</param>
/// <param name="level">The position of the character at which the range was cut; -1 for none.</param>
/// <param name="next">Where its last page ended; null to begin at the start of the range.</param>
/// <param name="stalls">How often it began again since it last found a key.</param>
internal sealed class RangeListing(string location, KeyRange range, int level = -1, string? next = null, int stalls = 0)
{
    private const int MaxStalls = 5;

    private string? _following;
    private bool _isDone;
    private int _newStalls;

    /// <summary>The keys of the last step.</summary>
    public IReadOnlyList<string> Found { get; private set; } = [];

    /// <summary>Asks for one page.</summary>
    /// <returns>Itself, for what follows.</returns>
    public async Task<RangeListing> StepAsync(FetchPage fetch, CancellationToken cancellationToken)
    {
        try
        {
            var page = await fetch(range, next, cancellationToken);
            Found = Take(page.Keys);
            _isDone |= page.Next is null;
            _following = page.Next == next ? null : page.Next;
        }
        catch (TaskQueueException e) when (next is not null && e.ExitCode == ExitCode.Unavailable)
        {
            // Perhaps the bucket forgot where its page ended; the last key is never forgotten.
            _following = null;
        }

        _newStalls = Found.Count > 0 ? 0 : _following is null ? stalls + 1 : stalls;
        return !_isDone && _newStalls > MaxStalls
            ? throw new TaskQueueException(ExitCode.Unavailable, $"The listing of '{location}' does not come to its end.")
            : this;
    }

    /// <summary>What is left, as it is.</summary>
    public IEnumerable<RangeListing> GoOn() => _isDone ? [] : [new(location, Rest, level, _following, _newStalls)];

    /// <summary>What is left, in parts that can be listed at once.</summary>
    /// <param name="prefixLength">How many characters all keys of the listing share.</param>
    public IEnumerable<RangeListing> Split(int prefixLength)
    {
        if (_isDone || Found.Count == 0)
            return GoOn();

        var cuts = SplitPoints.Behind(Found[0], Found[^1], prefixLength, level)
            .Where(cut => range.UpTo is null || Utf8Order.Compare(cut.Key, range.UpTo) < 0)
            .ToList();
        return cuts.Count == 0 ? GoOn() : Parts(cuts);
    }

    private KeyRange Rest => Found.Count == 0 ? range : range with { After = Found[^1] };

    private IEnumerable<RangeListing> Parts(List<SplitPoints.Cut> cuts)
    {
        yield return new RangeListing(location, Rest with { UpTo = cuts[0].Key });
        for (var i = 0; i < cuts.Count; i++)
        {
            var end = i + 1 < cuts.Count ? cuts[i + 1].Key : range.UpTo;
            yield return new RangeListing(location, new KeyRange(cuts[i].Key, end), cuts[i].Level);
        }
    }

    private List<string> Take(IReadOnlyList<string> page)
    {
        var taken = new List<string>(page.Count);
        var last = range;
        for (var i = 0; i < page.Count; i++)
        {
            if (i > 0 && Utf8Order.Compare(page[i - 1], page[i]) > 0)
                throw Unordered(page[i]);

            if (last.IsBefore(page[i]))
            {
                _isDone = true;
                break;
            }

            if (!last.IsAfter(page[i]))
            {
                taken.Add(page[i]);
                last = last with { After = page[i] };
            }
        }

        return taken;
    }

    private TaskQueueException Unordered(string key) => new(
        ExitCode.Unavailable, $"'{location}' does not list its objects in order: '{key}' came too late.", next:
        "Use a general purpose bucket; directory buckets have no order.");
}
