using System.Globalization;

namespace TaskQueue.Reports;

/// <summary>Shows <see cref="Failures"/> to a person: the groups, then the tasks.</summary>
internal static class FailuresText
{
    private const int LongestError = 100;

    /// <param name="failures">What to show.</param>
    /// <param name="output">Where to.</param>
    public static void Write(Failures failures, TextWriter output)
    {
        var others = failures.OtherRuns > 0 ? $" {Counted.Tasks(failures.OtherRuns)} of other runs did: --all-runs" : "";
        var waiting = failures.Waiting > 0 ? $" {Counted.Tasks(failures.Waiting)} of all runs {(failures.Waiting == 1 ? "waits" : "wait")} for another attempt." : "";
        output.WriteLine((failures.Count == 0 ? "No task has failed for good." : $"{Counted.Tasks(failures.Count)} failed.") + waiting + others);
        if (failures.Count == 0)
            return;

        output.WriteLine();
        string[][] groups = [.. failures.Groups.Select(group => new[] { Counted.Number(group.Count), group.Error })];
        TextColumns.Write([["tasks", "error"], .. groups], output, 0);
        output.WriteLine();
        WriteTasks(failures, output);
    }

    private static void WriteTasks(Failures failures, TextWriter output)
    {
        string[][] rows = [.. failures.Tasks.Select(Row)];
        TextColumns.Write([["id", "row", "task", "attempts", "failed at (UTC)", "error"], .. rows], output, 1, 3);
        if (rows.Length < failures.Count)
            output.WriteLine($"  and {Counted.Number(failures.Count - rows.Length)} more; see --limit and --json");
    }

    private static string[] Row(Failure failure) =>
    [
        failure.Id,
        $"{failure.Row}",
        failure.Task,
        Counted.Number(failure.Attempts),
        failure.Failed.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture),
        failure.Error.Length <= LongestError ? failure.Error : $"{failure.Error[..LongestError]}…",
    ];
}
