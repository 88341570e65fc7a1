using System.Globalization;
using TaskQueue.Contracts;
using TaskQueue.Queues;
using TaskQueue.Records;
using TaskQueue.Settings;
using TaskQueue.Storage;

namespace TaskQueue.Reports.Runs;

/// <summary>Lists the runs, the newest first.</summary>
internal sealed class RunList(TaskQueueSettings settings, RecordStore records, ITaskQueue queue, TimeProvider clock)
{
    private const int HashDigits = 12;

    /// <param name="withSizes">Whether the records of each are listed and measured.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async Task<IReadOnlyList<RunLine>> ReadAsync(bool withSizes, CancellationToken cancellationToken)
    {
        var counter = await RunCounter.OpenAsync(settings, records, queue, clock, cancellationToken);
        var runs = await records.Runs.ReadAsync(cancellationToken).ToListAsync(cancellationToken);
        var lines = new List<RunLine>();
        foreach (var run in runs.OrderByDescending(run => run.Started).ThenByDescending(run => run.Run, StringComparer.Ordinal))
        {
            var counts = await counter.CountAsync(run, parked: null, cancellationToken);
            lines.Add(new RunLine
            {
                Run = run.Run,
                State = counts.State,
                Task = run.Task,
                Table = run.Table,
                TableHash = run.TableHash,
                Rows = run.Total,
                Queued = counts.Queued,
                Running = counts.Running,
                Done = counts.Done,
                Failed = counts.Failed,
                DoneBefore = run.Finished,
                Again = run.Again,
                Build = run.Build,
                Image = run.Image,
                Started = run.Started,
                Bytes = withSizes ? await records.Runs.MeasureAsync(run, cancellationToken) : null,
            });
        }
        return lines;
    }

    public static void Write(IReadOnlyList<RunLine> runs, DateTimeOffset now, TextWriter output)
    {
        if (runs.Count == 0)
        {
            output.WriteLine("There is no run yet (make one: dotnet run insert-tasks)");
            return;
        }
        string[] heading = ["run", "state", "age", "task", "table", "rows", "queued", "running", "done", "failed", "size"];
        TextColumns.Write([heading, .. runs.Select(run => Cells(run, now))], output, 5, 6, 7, 8, 9, 10);
    }

    private static string[] Cells(RunLine run, DateTimeOffset now) =>
    [
        run.Run, run.State.ToString().ToLowerInvariant(), Counted.Duration(now - run.Started), run.Task,
        $"{Path.GetFileName(run.Table)} {run.TableHash[..Math.Min(HashDigits, run.TableHash.Length)]}",
        Counted.Number(run.Rows), Counted.Number(run.Queued), Counted.Number(run.Running), Counted.Number(run.Done), Counted.Number(run.Failed),
        run.Bytes is { } bytes ? string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:N1} MB") : "",
    ];
}

/// <summary>A run, for people and as JSON.</summary>
internal sealed record RunLine
{
    public required string Run { get; init; }

    public required RunState State { get; init; }

    public required string Task { get; init; }

    public required string Table { get; init; }

    public required string TableHash { get; init; }

    /// <summary>Rows that end in this run.</summary>
    public required long Rows { get; init; }

    public required long Queued { get; init; }

    public required long Running { get; init; }

    public required long Done { get; init; }

    public required long Failed { get; init; }

    /// <summary>Rows of the table that were done before the run.</summary>
    public required long DoneBefore { get; init; }

    /// <summary>Whether its rows ran though they were done.</summary>
    public required bool Again { get; init; }

    public required string Build { get; init; }

    public required string? Image { get; init; }

    public required DateTimeOffset Started { get; init; }

    /// <summary>Of its journals, failed records and logs; null when that was not asked for.</summary>
    public required long? Bytes { get; init; }
}
