using System.Globalization;
using TaskQueue.Contracts;
using TaskQueue.Records;

namespace TaskQueue.Reports;

/// <summary>Shows what a row left behind when it ran.</summary>
internal sealed class RowLog(RecordStore records, TextWriter output)
{
    /// <summary>Writes the row's log and its failure.</summary>
    /// <exception cref="TaskQueueException">The row left nothing (exit code 65).</exception>
    public async Task WriteAsync(IEnumerable<string> tasks, string id, CancellationToken cancellationToken)
    {
        var isFound = false;
        foreach (var task in tasks)
        {
            isFound |= await WriteLogAsync(task, id, cancellationToken);
            isFound |= await WriteFailureAsync(task, id, cancellationToken);
        }

        if (!isFound)
            throw new TaskQueueException(
                ExitCode.BadInput, $"There is no log of {id}.", $"In {records.Store.Location}",
                "Rows have a log once they ran and logged something. To see failed ids: dotnet run failed");
    }

    private async Task<bool> WriteLogAsync(string task, string id, CancellationToken cancellationToken)
    {
        var done = await records.FindDoneAsync(task, id, cancellationToken);
        if (done?.Log is { } text)
        {
            using var lines = new StringReader(text);
            return await WriteLinesAsync(lines, cancellationToken);
        }
        try
        {
            using var log = new StreamReader(await records.OpenLogAsync(task, id, cancellationToken));
            return await WriteLinesAsync(log, cancellationToken);
        }
        catch (FileNotFoundException)
        {
            return false;
        }
    }

    private async Task<bool> WriteLinesAsync(TextReader log, CancellationToken cancellationToken)
    {
        while (await log.ReadLineAsync(cancellationToken) is { } line)
            await output.WriteLineAsync(Printable.Lines(line));
        return true;
    }

    private async Task<bool> WriteFailureAsync(string task, string id, CancellationToken cancellationToken)
    {
        if (await records.FindFailedAsync(task, id, cancellationToken) is not { } failed)
            return false;

        var fate = failed.Parked ? "parked" : "will be tried again";
        var when = failed.Finished.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
        await output.WriteLineAsync($"Attempt {failed.Attempt} failed at {when} UTC on {failed.Worker}; {fate}.");
        await output.WriteLineAsync(Printable.Lines(failed.Details ?? failed.Message));
        return true;
    }
}
