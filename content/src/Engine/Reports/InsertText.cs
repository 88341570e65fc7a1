using TaskQueue.Contracts;
using TaskQueue.Insert;

namespace TaskQueue.Reports;

/// <summary>Says to a person what an insert did.</summary>
internal static class InsertText
{
    public static void Write(InsertReport report, bool isDryRun, TextWriter output)
    {
        if (report.UnusedColumns.Count > 0)
            output.WriteLine($"No parameter uses the columns {string.Join(", ", report.UnusedColumns.Select(Printable.Of))}.");

        var finished = $"{Counted.Number(report.Run.Finished)} of {Counted.Rows(report.Run.Rows)}";
        if (report.Selected == 0)
            output.WriteLine($"No tasks to insert! {finished} are done.");
        else if (isDryRun)
            WriteDryRun(report, output);
        else
            output.WriteLine($"Queued {Of(report.Run.Queued, report)} in {report.Queue}{Remarks(report)}");
    }

    private static void WriteDryRun(InsertReport report, TextWriter output)
    {
        output.WriteLine($"Would queue {Of(report.Selected, report)} in {report.Queue}{Remarks(report)}.");
        output.WriteLine("Nothing was queued; the first messages:");
        foreach (var message in report.Sample)
            output.WriteLine(message);
    }

    private static string Of(long tasks, InsertReport report) =>
        $"{Counted.Number(tasks)} of {Counted.Rows(report.Run.Rows)} of {Path.GetFileName(report.Run.Table)}";

    private static string Remarks(InsertReport report)
    {
        var remarks = new List<string>();
        if (report.Run.Finished > 0)
            remarks.Add($"{Counted.Number(report.Run.Finished)} are done");
        if (report.Run.AlreadyQueued > 0)
            remarks.Add($"{Counted.Number(report.Run.AlreadyQueued)} were queued already");

        return remarks.Count == 0 ? "" : $" ({string.Join(", ", remarks)})";
    }
}
