using TaskQueue.Records;

namespace TaskQueue.Reports.History;

/// <summary>Joins what lines, failed records and records of workers tell of each worker.</summary>
internal sealed class LaneReader(
    IReadOnlyDictionary<string, LaneTally> tallies, IReadOnlyList<FailedRow> failed, IReadOnlyDictionary<string, WorkerRecord> workers, TimeAxis axis,
    DateTimeOffset now)
{
    public List<WorkerLane> Read()
    {
        var failedBy = failed.ToLookup(row => row.Worker);
        return [.. workers.Keys.Union(tallies.Keys).Union(failedBy.Select(rows => rows.Key))
            .Select(name => Join(name, tallies.GetValueOrDefault(name), [.. failedBy[name]], workers.GetValueOrDefault(name)))];
    }

    private WorkerLane Join(string name, LaneTally? tally, List<FailedRow> rows, WorkerRecord? record)
    {
        var busy = tally?.Busy.On(axis) ?? new double[axis.Count];
        var failures = new TimeBins();
        rows.ForEach(row => failures.AddSeconds(row.Started, row.Finished!.Value));
        var seconds = busy.Zip(failures.On(axis), (one, other) => one + other).ToArray();
        var concurrency = Math.Max(1, record?.Concurrency ?? 1);
        var use = new UseOnAxis(axis);
        if (record is not null)
            use.Add(record);
        var (first, last) = (FirstOf(tally, rows), LastOf(tally, rows));
        return new()
        {
            Name = name,
            Host = record?.Host,
            Started = record?.Started ?? first,
            LastSeen = record is null || last > record.Updated ? last : record.Updated,
            State = record switch
            {
                { Stopped: not null } => LaneState.Left,
                not null when record.IsAlive(now) => LaneState.Working,
                _ => LaneState.Silent,
            },
            Concurrency = concurrency,
            Running = record is { Stopped: null } ? record.Running : 0,
            RunningRows = record is { Stopped: null } ? record.RunningRows : [],
            Done = tally?.Done ?? 0,
            Failed = rows.Count,
            WorkSeconds = (tally?.WorkSeconds ?? 0) + rows.Sum(row => (row.Finished!.Value - row.Started).TotalSeconds),
            BusyByBin = [.. CourseReader.MeanOf(seconds, axis, concurrency).Select(share => Math.Min(1, share))],
            PeakMemoryBytes = tally?.PeakMemoryBytes ?? 0,
            CoresByBin = use.Cores,
            MegabytesByBin = use.Megabytes,
        };
    }

    private static DateTimeOffset FirstOf(LaneTally? tally, List<FailedRow> rows) =>
        rows.Select(row => row.Started).Append(tally?.First ?? DateTimeOffset.MaxValue).Min();

    private static DateTimeOffset LastOf(LaneTally? tally, List<FailedRow> rows) =>
        rows.Select(row => row.Finished!.Value).Append(tally?.Last ?? DateTimeOffset.MinValue).Max();
}
