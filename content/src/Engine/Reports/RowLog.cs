using System.Globalization;
using TaskQueue.Contracts;
using TaskQueue.Records;

namespace TaskQueue.Reports;

/// <summary>Shows what a row left behind when it ran.</summary>
internal sealed class RowLog(RecordStore records, TextWriter output)
{
    /// <summary>Writes the row's log and its failure.</summary>
    /// <param name="tasks">Whose row it may be.</param>
    /// <param name="run">Only what this run has left; null for the newest that has left something.</param>
    /// <param name="id">The row's id.</param>
    /// <param name="story">Told of which run it is.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="TaskQueueException">The row left nothing (exit code 65).</exception>
    public async Task WriteAsync(IEnumerable<string> tasks, string? run, string id, Action<string> story, CancellationToken cancellationToken)
    {
        var isFound = false;
        foreach (var task in tasks)
        {
            var done = await records.FindDoneAsync(task, id, run, cancellationToken);
            var failed = done is not null ? null
                : run is null ? await records.Failed.FindLastAsync(task, id, cancellationToken)
                : await records.Failed.FindAsync(task, run, id, cancellationToken);
            var record = (RowRecord?)done ?? failed;
            if (record is { Row: not null } or { Run: not null })
                story(string.Join(", ", new[] { record.Row is { } row ? $"Row {row}" : null, record.Run is { } found ? $"run {found}" : null }.OfType<string>()));
            if (record?.Payload is { } payload)
                story($"Its parameters: {Printable.Of(payload.Url)}{(payload.Offset > 0 ? $", from byte {payload.Offset} on" : "")}");
            if (done?.StoredResult is { } stored)
                story($"Its result: {Printable.Of(stored.Url)}");
            isFound |= done?.Log is { } log
                ? await WriteLinesAsync(new StringReader(log), cancellationToken)
                : await WriteFileAsync(task, run, id, record, cancellationToken);
            if (failed is not null)
                await WriteFailureAsync(failed);
            isFound |= failed is not null;
            if (done is not null && !isFound)
            {
                story($"It is done, and it logged nothing. Its result: dotnet run results --id {Printable.Of(id)}");
                isFound = true;
            }
        }

        if (!isFound)
            throw new TaskQueueException(
                ExitCode.BadInput, $"There is no log of {id}.", $"In {records.Store.Location}",
                "Rows have a log once they ran and logged something. To see failed ids: dotnet run failed");
    }

    private async Task<bool> WriteFileAsync(string task, string? run, string id, RowRecord? record, CancellationToken cancellationToken)
    {
        foreach (var of in record is not null ? [record.Run] : run is not null ? [run] : await ListRunsAsync(task, cancellationToken))
        {
            try
            {
                using var log = new StreamReader(await records.OpenLogAsync(task, of, id, cancellationToken));
                return await WriteLinesAsync(log, cancellationToken);
            }
            catch (FileNotFoundException)
            {
                // It is another run's, or there is none.
            }
        }
        return false;
    }

    /// <summary>The runs of a task, the newest first: a row that runs for the first time has its log in one of them, and no record yet.</summary>
    private async Task<IReadOnlyList<string?>> ListRunsAsync(string task, CancellationToken cancellationToken)
    {
        var runs = await records.Runs.ReadAsync(cancellationToken).Where(run => run.Task == task).ToListAsync(cancellationToken);
        return [.. runs.OrderByDescending(run => run.Started).Select(run => run.Run), null];
    }

    private async Task<bool> WriteLinesAsync(TextReader log, CancellationToken cancellationToken)
    {
        while (await log.ReadLineAsync(cancellationToken) is { } line)
            await output.WriteLineAsync(Printable.Lines(line));
        return true;
    }

    private async Task WriteFailureAsync(FailedRecord failed)
    {
        var fate = failed.Parked ? "parked" : "will be tried again";
        var when = failed.Finished.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
        await output.WriteLineAsync($"Attempt {failed.Attempt} failed at {when} UTC on {failed.Worker}; {fate}.");
        await output.WriteLineAsync(Printable.Lines(failed.Details ?? failed.Message));
    }
}
