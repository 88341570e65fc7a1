using TaskQueue.Records;
using TaskQueue.Records.Runs;

namespace TaskQueue.Reports.History;

/// <summary>Makes a snapshot of what is known of a run.</summary>
/// <param name="run">Which.</param>
/// <param name="done">What its lines tell.</param>
/// <param name="failed">Its failed records.</param>
/// <param name="workers">The records of its workers, by name.</param>
/// <param name="now">Tells which workers are at work.</param>
internal sealed class CourseReader(
    RunRecord run, DoneTally done, IReadOnlyCollection<FailedRow> failed, IReadOnlyDictionary<string, WorkerRecord> workers, DateTimeOffset now)
{
    private const int Digits = 3;

    /// <summary>Of a row that is done, a failed record may be left behind.</summary>
    private readonly List<FailedRow> _failed = [.. failed.Where(row => !done.Contains(row.Id))];

    /// <param name="bins">Pieces of time, at most.</param>
    /// <param name="lanes">Workers that have a lane of their own, at most.</param>
    /// <param name="damaged">Lines that were passed over.</param>
    /// <param name="failedUnread">Failed records that were not read.</param>
    public RunCourse Look(int bins, int lanes, long damaged, long failedUnread)
    {
        var ended = _failed.Where(row => row.Finished is { } end && done.IsPlausible(row.Started) && done.IsPlausible(end)).ToList();
        var span = ended.Aggregate(done.Span, static (span, row) => span is var (first, last)
            ? (row.Started < first ? row.Started : first, row.Finished > last ? row.Finished!.Value : last)
            : (row.Started, row.Finished!.Value));
        var axis = span is var (from, until) ? TimeAxis.Between(from, until, bins) : default;
        var (running, failures) = (new TimeBins(), new TimeBins());
        foreach (var row in ended)
        {
            running.AddSeconds(row.Started, row.Finished!.Value);
            failures.Add(row.Finished.Value, 1);
        }
        var use = new UseOnAxis(axis);
        foreach (var worker in workers.Values)
            use.Add(worker);
        var slots = span is null ? new TimeBins() : SlotsOf(span.Value);
        var all = new LaneReader(done.Lanes, ended, workers, axis, now).Read();
        var shown = all.OrderBy(lane => lane.State == LaneState.Working ? 0 : 1).ThenByDescending(lane => lane.Done + lane.Failed).Take(lanes).ToList();
        return new()
        {
            Run = run.Run,
            From = span is null ? run.Started : axis.From,
            BinSeconds = axis.Seconds,
            FirstStart = span?.First,
            LastEnd = span?.Last,
            Done = done.Done,
            DoneBefore = done.Before,
            Failed = _failed.Count(row => row.IsParked) + failedUnread,
            Retrying = _failed.Count(row => !row.IsParked),
            FailedAttempts = done.FailedAttempts + _failed.Sum(row => (long)row.Attempts),
            DoneByBin = done.Ends.On(axis),
            RetriedByBin = done.Retried.On(axis),
            FailedByBin = failures.On(axis),
            RunningByBin = MeanOf([.. done.Running.On(axis).Zip(running.On(axis), (one, other) => one + other)], axis),
            SlotsByBin = MeanOf(slots.On(axis), axis),
            CoresByBin = use.Cores,
            MegabytesByBin = use.Megabytes,
            Durations = done.Durations.Look(),
            Attempts = [.. done.Attempts],
            Slowest = [.. done.Slowest],
            WorkSeconds = done.WorkSeconds + ended.Sum(row => (row.Finished!.Value - row.Started).TotalSeconds),
            SlotSeconds = slots.Sum,
            Workers = [.. shown.OrderBy(lane => lane.Started).ThenBy(lane => lane.Name, StringComparer.Ordinal)],
            WorkersLeftOut = all.Count - shown.Count,
            Map = MapOf(),
            DamagedLines = damaged,
            FailedUnread = failedUnread,
        };
    }

    /// <summary>Seconds divided by the seconds of a bin.</summary>
    public static double[] MeanOf(double[] seconds, TimeAxis axis, double by = 1) => [.. seconds.Select(sum => Math.Round(sum / axis.Seconds / by, Digits))];

    /// <summary>The seconds of all slots that were there.</summary>
    private TimeBins SlotsOf((DateTimeOffset First, DateTimeOffset Last) span)
    {
        var slots = new TimeBins();
        foreach (var name in workers.Keys.Union(done.Lanes.Keys))
        {
            var (start, end, concurrency) = workers.TryGetValue(name, out var worker)
                ? (worker.Started, worker.Stopped ?? (worker.IsAlive(now) ? now : worker.Updated), worker.Concurrency)
                : (done.Lanes[name].First, done.Lanes[name].Last, 1);
            slots.AddSeconds(start < span.First ? span.First : start, end > span.Last ? span.Last : end, concurrency);
        }
        return slots;
    }

    private CourseMap? MapOf()
    {
        var (shapes, without) = (done.Shapes.Copy(), done.WithoutBounds);
        foreach (var row in _failed)
        {
            if (row.Ring is { } ring)
                shapes.Add(ring, row.IsParked ? EndState.Failed : EndState.Retrying);
            else
                without++;
        }
        return shapes.Look(without);
    }
}
