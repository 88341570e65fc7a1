using TaskQueue.Contracts;
using TaskQueue.Insert;
using TaskQueue.Records.Runs;

namespace TaskQueue.Reports;

/// <summary>Says to a person what an insert did.</summary>
internal static class InsertText
{
    /// <summary>Of more unused columns, the others are counted.</summary>
    private const int MostColumns = 10;

    public static void Write(InsertReport report, bool isDryRun, TextWriter output)
    {
        if (report.IsTaskFound)
            output.WriteLine($"For task {report.Run.Task}, the only one that fits the table's columns.");
        if (report.UnusedColumns.Count > 0)
            output.WriteLine($"No parameter uses the columns {Names(report.UnusedColumns)}.");

        if (report.Run.Rows == 0)
            output.WriteLine($"No tasks to insert! {Path.GetFileName(report.Run.Table)} has no rows.");
        else if (report.Selected == 0)
            output.WriteLine($"No tasks to insert! {Counted.Number(report.Run.Finished)} of {Counted.Rows(report.Run.Rows)} {Counted.Are(report.Run.Finished)} done.");
        else if (isDryRun)
            WriteDryRun(report, output);
        else
            WriteQueued(report, output);
    }

    private static void WriteQueued(InsertReport report, TextWriter output)
    {
        output.WriteLine($"Queued {Of(report.Queued, report)} in {report.Queue}{Remarks(report)}.");
        if (report.StoredHow is { } how)
            output.WriteLine($"{Counted.Rows(report.Stored)} {Counted.Are(report.Stored)} stored in {how}.");
        if (report.Running.Count > 0)
            output.WriteLine($"Running, and so not queued again: {string.Join(", ", report.Running.Select(Printable.Of))}");
        if (report.Run.Queued > 0)
            output.WriteLine($"Run {report.Run.Run}. How far it is: dotnet run status --run {report.Run.Run}");
    }

    private static void WriteDryRun(InsertReport report, TextWriter output)
    {
        output.WriteLine($"Would queue {Of(report.Selected, report)}{Remarks(report)}.");
        output.WriteLine("Nothing was queued; the first messages:");
        foreach (var message in report.Sample)
            output.WriteLine(message);
    }

    private static string Names(IReadOnlyList<string> columns) => string.Join(", ", columns.Take(MostColumns).Select(Printable.Of))
        + (columns.Count > MostColumns ? $" and {Counted.Number(columns.Count - MostColumns)} more" : "");

    private static string InOtherRuns(RunRecord run) =>
        run.InOtherRuns == 0 ? ""
        : run.InOtherRuns == run.AlreadyQueued ? " in other runs"
        : $", {Counted.Number(run.InOtherRuns)} of them in other runs";

    private static string Of(long tasks, InsertReport report) =>
        $"{Counted.Number(tasks)} of {Counted.Rows(report.Run.Rows)} of {Path.GetFileName(report.Run.Table)}";

    private static string Remarks(InsertReport report)
    {
        var remarks = new List<string>();
        if (report.Run.Finished > 0)
            remarks.Add($"{Counted.Number(report.Run.Finished)} {Counted.Are(report.Run.Finished)} done");
        if (report.Run.AlreadyQueued > 0)
            remarks.Add($"{Counted.Number(report.Run.AlreadyQueued)} {Counted.Were(report.Run.AlreadyQueued)} queued already{InOtherRuns(report.Run)}");
        if (report.Run.Again)
            remarks.Add("rows that are done run again");

        return remarks.Count == 0 ? "" : $" ({string.Join(", ", remarks)})";
    }
}
