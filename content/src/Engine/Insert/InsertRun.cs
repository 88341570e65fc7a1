using TaskQueue.Contracts;
using TaskQueue.Records;
using TaskQueue.Records.Runs;

namespace TaskQueue.Insert;

/// <summary>The run of an insert: a new one, or one that it goes on with.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Started">When its first insert began.</param>
/// <param name="Earlier">The record of a run that goes on; null for a new one.</param>
/// <param name="DoneEarlier">Rows that the run has done so far.</param>
internal sealed record InsertRun(string Name, DateTimeOffset Started, RunRecord? Earlier, long DoneEarlier)
{
    /// <param name="request">Which run, if a person named one.</param>
    /// <param name="task">The task's name.</param>
    /// <param name="source">The table.</param>
    /// <param name="hash">Of the table.</param>
    /// <param name="records">Know the runs.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="TaskQueueException">The run was ended, or is of another table or task (65); the name is none (64).</exception>
    public static async Task<InsertRun> FindAsync(
        InsertRequest request, string task, TableSource source, string hash, RecordStore records, CancellationToken cancellationToken)
    {
        var now = DateTimeOffset.UtcNow;
        if (request.Run is null)
            return new InsertRun(RunName.Create(now), now, null, 0);

        var name = RunName.Check(request.Run);
        if (await records.Runs.FindEndAsync(name, cancellationToken) is { } end)
            throw Refused($"The run {name} was {(end.IsDeleted ? "deleted" : "cancelled")}.", "Give the run another name.");
        if (await records.Runs.FindAsync(name, cancellationToken) is not { } earlier)
            return new InsertRun(name, now, null, 0);

        if (earlier.Task != task)
            throw Refused($"The run {name} is of the task {earlier.Task}, not of {task}.", "Give the run another name.");
        if (earlier.TableHash != hash)
            throw Refused(
                $"The run {name} is of another table: {earlier.Table} as it was on {earlier.Started:yyyy-MM-dd} is not {source.Table.Location}.",
                "Give the run another name. Rows that are done are left out in every run.");
        if (earlier.Again != request.Again)
            throw Refused($"The run {name} was begun with{(earlier.Again ? "" : "out")} --again.", "Go on with it as it was begun, or give the run another name.");
        var counter = await records.CountDoneAsync(
            task, name, await records.ReadWorkersAsync(cancellationToken).ToListAsync(cancellationToken), cancellationToken);
        return new InsertRun(name, earlier.Started, earlier, counter.Rows);
    }

    /// <summary>The record of the run, as far as it is known before anything is queued.</summary>
    public RunRecord RecordOf(Selection selection, InsertRequest request, string hash, string build, string? image) => Earlier is null
        ? new()
        {
            Run = Name,
            Task = selection.Binding.Task.Name,
            Table = selection.Binding.Table.Location,
            TableHash = hash,
            Rows = selection.Binding.Table.RowCount,
            Finished = selection.Finished,
            Selected = selection.Chosen,
            Queued = 0,
            AlreadyQueued = 0,
            Again = request.Again,
            GroupSize = request.GroupSize,
            Command = request.Command,
            Build = build,
            Image = image,
            Started = Started,
        }
        : Earlier with
        {
            // Its own rows were not done before.
            Selected = Math.Max(Earlier.Selected, selection.Chosen + DoneEarlier),
            // The largest, for readers that turn a broker's messages into rows.
            GroupSize = Math.Max(Earlier.GroupSize, request.GroupSize),
            Command = request.Command,
            Build = build,
            Image = image,
            Ended = null,
        };

    private static TaskQueueException Refused(string what, string next) => new(ExitCode.BadInput, what, "Nothing was queued", next);
}
