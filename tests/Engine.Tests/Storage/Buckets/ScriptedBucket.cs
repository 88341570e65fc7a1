using TaskQueue.Contracts;
using TaskQueue.Storage.Buckets;

namespace TaskQueue.Tests.Storage.Buckets;

/// <summary>A bucket in memory whose pages a test makes as bad as pages may be.</summary>
internal sealed class ScriptedBucket(IEnumerable<string> keys)
{
    private static readonly TimeSpan Wait = TimeSpan.FromMilliseconds(200);

    private readonly List<string> _sorted = [.. keys.Order(Comparer<string>.Create(Utf8Order.Compare))];
    private readonly Lock _turn = new();
    private readonly HashSet<string> _givenTokens = [];
    private readonly TaskCompletionSource _together = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _requests;
    private int _running;

    public int PageSize { get; init; } = 1000;

    public bool TellsEnd { get; init; }

    /// <summary>Requests wait for each other until so many have been under way at once, but not for long; 1 answers each at once.</summary>
    public int Together { get; init; } = 1;

    /// <summary>Null for well-behaved pages.</summary>
    public Random? Mischief { get; init; }

    public int Requests => _requests;

    public int MostAtOnce { get; private set; }

    public async Task<ListPage> FetchAsync(KeyRange range, string? next, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _requests);
        lock (_turn)
            MostAtOnce = Math.Max(MostAtOnce, ++_running);

        if (MostAtOnce >= Together)
            _together.TrySetResult();
        await Task.WhenAny(_together.Task, Task.Delay(Wait, cancellationToken));
        lock (_turn)
        {
            _running--;
            return Answer(range, next);
        }
    }

    /// <summary>Adds a key while a listing goes on.</summary>
    public void Add(string key)
    {
        lock (_turn)
        {
            var at = _sorted.BinarySearch(key, Comparer<string>.Create(Utf8Order.Compare));
            if (at < 0)
                _sorted.Insert(~at, key);
        }
    }

    private ListPage Answer(KeyRange range, string? next)
    {
        if (next is not null && !_givenTokens.Contains(next))
            throw new TaskQueueException(ExitCode.Unavailable, "No page ended there.");

        var start = IndexAfter(next?[..next.LastIndexOf('#')] ?? range.After);
        var count = PageSize;
        switch (Mischief?.Next(6))
        {
            case 0:
                count = Mischief.Next(1, PageSize);
                break;
            case 1:
                return new ListPage([], Token(start > 0 ? _sorted[start - 1] : ""));
            case 2 when next is not null:
                start = Math.Max(0, start - PageSize);
                break;
            case 3 when next is not null:
                throw new TaskQueueException(ExitCode.Unavailable, "No page ended there.");
        }

        var page = _sorted.Skip(start).Take(count).Where(key => !TellsEnd || !range.IsBefore(key)).ToList();
        var isLast = start + page.Count >= _sorted.Count || TellsEnd && page.Count < count && start + page.Count < _sorted.Count;
        return new ListPage(page, isLast ? null : Token(page[^1]));
    }

    private string Token(string last)
    {
        var token = $"{last}#{_givenTokens.Count}";
        _givenTokens.Add(token);
        return token;
    }

    private int IndexAfter(string key)
    {
        var at = _sorted.BinarySearch(key, Comparer<string>.Create(Utf8Order.Compare));
        return at < 0 ? ~at : at + 1;
    }
}
