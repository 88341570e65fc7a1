using System.Text.Json;
using TaskQueue.Contracts;
using TaskQueue.Local;
using TaskQueue.Worker.Attempts;

namespace TaskQueue.Reports;

/// <summary>Shows rows as they end in a local run, each as a JSON object on a line, and counts them.</summary>
/// <param name="output">Where the lines go, one by one.</param>
/// <param name="error">Where exceptions go.</param>
/// <param name="isRecorded">Whether it is kept how they ended.</param>
/// <param name="showsExceptions">Whether to show what was thrown with its stack trace.</param>
internal sealed class LocalRun(TextWriter output, TextWriter error, bool isRecorded, bool showsExceptions)
{
    public long Ended { get; private set; }

    public long Failed { get; private set; }

    public void Show(LocalResult result)
    {
        var report = result.Report;
        var state = report is { Outcome: TaskOutcome.GivenBack, Rest: not null } ? "given back" : StateOf(report.Outcome);
        Ended++;
        if (state is "failed" or "given back")
            Failed++;

        var line = new LocalLine(result.Row, result.Id, state)
        {
            Result = report.Outcome == TaskOutcome.Done ? report.Result : null,
            Error = report.Reason.Length > 0 ? report.Reason : null,
        };
        output.WriteLine(JsonSerializer.Serialize(line, ReportJson.Line.LocalLine));
        output.Flush();
        if (showsExceptions && report.Exception is { } exception)
            error.WriteLine(Printable.Lines(exception.ToString()));
    }

    /// <summary>Says how it went.</summary>
    /// <returns>0, or 75 when a row failed.</returns>
    public ExitCode Finish()
    {
        error.WriteLine((Ended, Failed) switch
        {
            (0, _) => "No rows to run: all that were chosen are done. --no-filter runs them once more.",
            (_, 0) => $"{Counted.Rows(Ended)} done{(isRecorded ? "" : ", not recorded")}.",
            _ => $"{Counted.Rows(Ended - Failed)} done, {Counted.Number(Failed)} failed{(isRecorded ? "" : ", not recorded")}. For the stack trace, repeat with --verbose.",
        });
        return Failed == 0 ? ExitCode.Done : ExitCode.PartDone;
    }

    private static string StateOf(TaskOutcome outcome) => outcome switch
    {
        TaskOutcome.Done => "done",
        TaskOutcome.AlreadyDone => "done before",
        TaskOutcome.GivenBack => "stopped",
        _ => "failed",
    };
}

/// <param name="Row">Row of the table, from 0.</param>
/// <param name="Id">The row's id.</param>
/// <param name="State">done, done before, stopped, given back or failed.</param>
internal sealed record LocalLine(long Row, string Id, string State)
{
    /// <summary>What the task returned.</summary>
    public JsonElement? Result { get; init; }

    public string? Error { get; init; }
}
