using System.Text.Json;
using TaskQueue.Contracts;
using TaskQueue.Reports;
using TaskQueue.Reports.Runs;

namespace TaskQueue.Monitor.Watch;

/// <summary>Reads what pages show: all runs, or one.</summary>
internal sealed class StateReader(Source source, TimeProvider clock)
{
    /// <summary>Of a run that no page shows any more, what was read is kept for so long.</summary>
    private static readonly TimeSpan Forgotten = TimeSpan.FromMinutes(1);

    /// <summary>By name.</summary>
    private readonly Dictionary<string, RunWatch> _watches = [];

    /// <summary>Reads the state for a page.</summary>
    /// <param name="run">Which run; null for all.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>An error is a state too.</returns>
    public async Task<PageState> ReadAsync(string? run, CancellationToken cancellationToken)
    {
        var state = new PageState { At = clock.GetUtcNow(), Project = Path.GetFileName(source.Settings.ProjectRoot) };
        try
        {
            return run is null
                ? state with { Runs = await ReadRunsAsync(cancellationToken) }
                : state with { Run = await source.AskAsync(queue => WatchOf(run).ReadAsync(queue, cancellationToken)) };
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            return state with { Problem = ErrorLines.Of(e).Lines };
        }
    }

    /// <summary>The map of a run as JSON, when it has changed.</summary>
    public byte[]? TakeMap(string run) =>
        _watches.GetValueOrDefault(run)?.TakeMap() is { } map ? JsonSerializer.SerializeToUtf8Bytes(map, PageJson.Default.MapView) : null;

    /// <summary>A page has come that has no map yet.</summary>
    public void ForgetMap(string run) => _watches.GetValueOrDefault(run)?.ForgetMap();

    /// <summary>Failed tasks are listed again, though there may be as many as before.</summary>
    public void ForgetFailures(string run) => _watches.GetValueOrDefault(run)?.ForgetFailures();

    /// <summary>Forgets the runs that no page has shown for a while.</summary>
    public void Tidy()
    {
        foreach (var (run, _) in _watches.Where(watch => clock.GetElapsedTime(watch.Value.UsedAt) > Forgotten).ToList())
            _watches.Remove(run);
    }

    /// <summary>No page is open.</summary>
    public ValueTask RestAsync() => source.DisposeAsync();

    private async Task<IReadOnlyList<RunLine>> ReadRunsAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await source.AskAsync(queue => new RunList(source.Settings, source.Records, queue, clock).ReadAsync(withSizes: false, cancellationToken));
        }
        catch (TaskQueueException) when (!cancellationToken.IsCancellationRequested)
        {
            // Before the first insert there is no queue, and nothing is wrong.
            if (await source.Records.Runs.ReadAsync(cancellationToken).AnyAsync(cancellationToken))
                throw;
            return [];
        }
    }

    private RunWatch WatchOf(string run) => _watches.TryGetValue(run, out var watch) ? watch : _watches[run] = new(source, run, clock);
}
