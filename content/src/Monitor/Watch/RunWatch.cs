using TaskQueue.Contracts;
using TaskQueue.Queues;
using TaskQueue.Reports;
using TaskQueue.Reports.History;
using TaskQueue.Reports.Runs;

namespace TaskQueue.Monitor.Watch;

/// <summary>Reads one run for the pages that show it. Of journals and failed records, what is new.</summary>
internal sealed class RunWatch(Source source, string name, TimeProvider clock)
{
    private const int MostFailures = 50;
    private const int MostGroups = 20;

    /// <summary>To list what failed, a broker lends it out: that is done when there is more or less of it, and not all the time.</summary>
    private const int RestFactor = 19;

    private RunHistory? _history;
    private Failures? _failures;
    private long _failedThen = -1;
    private long _listedAt;
    private TimeSpan _listing;
    private IReadOnlyList<MapShape>? _shapes;
    private Task<IReadOnlyList<MapShape>>? _ground;
    private bool _isGroundSent;

    /// <summary>When a page was last given it.</summary>
    public long UsedAt { get; private set; }

    /// <summary>The map, when it has changed since it was last taken.</summary>
    public MapView? TakeMap()
    {
        var ground = _ground is { IsCompletedSuccessfully: true } read ? read.Result : [];
        var map = _history?.Look().Map ?? new CourseMap([], null, 0);
        if (map.Shapes.Count + ground.Count == 0
            || (_shapes is not null && _isGroundSent == ground.Count > 0 && map.Shapes.SequenceEqual(_shapes, ShapeCounts.Equal)))
            return null;
        (_shapes, _isGroundSent) = (map.Shapes, ground.Count > 0);
        return MapView.Of(map, ground);
    }

    /// <summary>The map is wanted by a page that has none yet.</summary>
    public void ForgetMap() => _shapes = null;

    public void ForgetFailures() => _failures = null;

    /// <exception cref="TaskQueueException">There is no such run (65), or queue or store refuse.</exception>
    public async Task<RunView> ReadAsync(ITaskQueue queue, CancellationToken cancellationToken)
    {
        UsedAt = clock.GetTimestamp();
        var run = await source.Records.Runs.GetAsync(name, cancellationToken);
        var reader = new StatusReader(source.Settings, [run.Task], queue, source.Records, clock);
        // A store that was away is asked again.
        if (_ground is null or { IsFaulted: true })
            _ground = Task.Run(() => TableGround.ReadAsync(run, source.Settings, CancellationToken.None), CancellationToken.None);
        _history ??= new RunHistory(source.Records, run, clock);
        await _history.RefreshAsync(cancellationToken);
        var course = _history.Look();
        // Each failed record was read once: to count them, a broker's run would have them all read again.
        var status = await reader.ReadAsync(run, cancellationToken, course.Failed);
        await ListFailuresAsync(queue, status, cancellationToken);
        var now = clock.GetUtcNow();
        return new()
        {
            Record = run,
            // They are told of below, as those of the run.
            Status = status with { Workers = [] },
            Pace = Pace.Of(status, course, now),
            Workers = WorkerView.Of(status, course, now),
            Course = CourseView.Of(course),
            Failures = _failures,
        };
    }

    private async Task ListFailuresAsync(ITaskQueue queue, Status status, CancellationToken cancellationToken)
    {
        if (_failures is not null && (status.Failed == _failedThen || clock.GetElapsedTime(_listedAt) < _listing * RestFactor))
            return;
        var start = clock.GetTimestamp();
        var failures = await new FailureReader(queue, source.Records).ReadAsync(status.Task, status.Run, MostFailures, cancellationToken);
        _failures = failures with { Groups = [.. failures.Groups.Take(MostGroups)] };
        (_failedThen, _listedAt) = (status.Failed, clock.GetTimestamp());
        _listing = clock.GetElapsedTime(start, _listedAt);
    }

    /// <summary>Shapes stay where they are; what is counted in them changes.</summary>
    private static class ShapeCounts
    {
        public static IEqualityComparer<MapShape> Equal { get; } = EqualityComparer<MapShape>.Create(
            (a, b) => a!.Done == b!.Done && a.Failed == b.Failed && a.Retrying == b.Retrying && a.Ring.SequenceEqual(b.Ring));
    }
}
