using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;

namespace TaskQueue.Monitor.Watch;

/// <summary>
/// Reads queue and store for all open pages together: every 2 s, less often where that takes long, and not at all while no
/// page is open.
/// </summary>
internal sealed class Poller(StateReader reader, TimeProvider clock) : IDisposable
{
    private const int MostPages = 100;

    /// <summary>It rests so many times as long as it computed: at most a tenth of one processor goes to it.</summary>
    private const int RestAfterWork = 9;

    /// <summary>It rests so many times as long as it read: a store that is slow has other work.</summary>
    private const int RestAfterReading = 2;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongestInterval = TimeSpan.FromMinutes(1);

    /// <summary>However many pages come at once.</summary>
    private static readonly TimeSpan LeastInterval = TimeSpan.FromMilliseconds(250);

    private readonly Lock _turn = new();
    private readonly List<Subscription> _pages = [];
    private readonly ConcurrentQueue<string> _changed = new();
    private readonly SemaphoreSlim _hurry = new(0, 1);

    private TimeSpan _cost;
    private TimeSpan _rest = Interval;

    /// <summary>Opens a page's stream; null when there are too many.</summary>
    public Subscription? Subscribe(string? run)
    {
        var page = new Subscription(run, Remove);
        lock (_turn)
        {
            if (_pages.Count >= MostPages)
                return null;
            _pages.Add(page);
        }
        Hurry();
        return page;
    }

    /// <summary>A button has changed a run: its failed tasks are listed again.</summary>
    public void Hurry(string run)
    {
        _changed.Enqueue(run);
        Hurry();
    }

    public void Dispose() => _hurry.Dispose();

    public async Task RunAsync(CancellationToken stop)
    {
        try
        {
            while (true)
            {
                var rest = await PollAsync(stop);
                await Task.Delay(LeastInterval, clock, stop);
                await _hurry.WaitAsync(rest, stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            lock (_turn)
                _pages.ForEach(page => page.End());
        }
    }

    private void Hurry()
    {
        lock (_turn)
            if (_hurry.CurrentCount == 0)
                _hurry.Release();
    }

    /// <returns>How long it rests afterwards.</returns>
    private async Task<TimeSpan> PollAsync(CancellationToken stop)
    {
        while (_changed.TryDequeue(out var run))
            reader.ForgetFailures(run);
        reader.Tidy();
        List<IGrouping<string?, Subscription>> shown;
        lock (_turn)
            shown = [.. _pages.GroupBy(page => page.Run)];
        if (shown.Count == 0)
        {
            await reader.RestAsync();
            return Timeout.InfiniteTimeSpan;
        }

        var (start, work) = (clock.GetTimestamp(), Environment.CpuUsage.TotalTime);
        foreach (var pages in shown)
            await ReadAsync(pages, stop);
        var cost = TimeSpan.FromTicks(Math.Max(
            (Environment.CpuUsage.TotalTime - work).Ticks * RestAfterWork, clock.GetElapsedTime(start).Ticks * RestAfterReading));
        // The first time costs more than any other.
        _rest = TimeSpan.FromTicks(Math.Clamp(Math.Min(cost.Ticks, _cost.Ticks), (Interval - LeastInterval).Ticks, LongestInterval.Ticks));
        _cost = cost;
        return _rest;
    }

    private async Task ReadAsync(IGrouping<string?, Subscription> pages, CancellationToken stop)
    {
        if (pages.Key is { } run && pages.Any(page => page.IsNew))
            reader.ForgetMap(run);
        var state = await reader.ReadAsync(pages.Key, stop);
        state = state with { NextSeconds = (LeastInterval + _rest).TotalSeconds };
        var message = Event(null, JsonSerializer.SerializeToUtf8Bytes(state, PageJson.Default.PageState));
        var map = pages.Key is null ? null : reader.TakeMap(pages.Key) is { } json ? Event("map", json) : null;
        foreach (var page in pages)
            page.Give(message, map);
    }

    private static byte[] Event(string? name, byte[] json) =>
        [.. Encoding.UTF8.GetBytes(name is null ? "data: " : $"event: {name}\ndata: "), .. json, (byte)'\n', (byte)'\n'];

    private void Remove(Subscription page)
    {
        lock (_turn)
            _pages.Remove(page);
    }
}
