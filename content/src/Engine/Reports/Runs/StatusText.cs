using System.Globalization;
using TaskQueue.Contracts;

namespace TaskQueue.Reports.Runs;

/// <summary>Shows a <see cref="Status"/> to a person.</summary>
internal static class StatusText
{
    private const int MostWorkers = 20;

    /// <param name="status">What to show.</param>
    /// <param name="recordsSuccesses">Whether done rows have records.</param>
    /// <param name="countsLag">For how long after a change the queue's counts may be wrong.</param>
    /// <param name="output">Where to.</param>
    public static void Write(Status status, bool recordsSuccesses, TimeSpan countsLag, TextWriter output)
    {
        WriteNumbers(status, recordsSuccesses, output);
        if (status.Missing > 0)
            output.WriteLine(
                $"{Counted.Rows(status.Missing)} {Counted.Are(status.Missing)} neither queued nor done{Lag(countsLag)}: insert again (dotnet run insert-tasks)");
        if (status.Workers.Count == 0)
            return;

        output.WriteLine();
        WriteWorkers(status.Workers, output);
    }

    /// <summary>The same in one line.</summary>
    public static string Line(Status status) => string.Create(
        CultureInfo.InvariantCulture,
        $"queued {status.Queued:N0}, running {status.Running:N0}, done {status.Done:N0}{(status.Rows is { } rows ? $" of {rows:N0}" : "")}, failed {status.Failed:N0}, {Speed(status.TasksPerSecond)}, left {TimeLeft(status)}");

    private static void WriteNumbers(Status status, bool recordsSuccesses, TextWriter output)
    {
        List<(string Name, string Value)> rows =
        [
            ("queue", status.Queue),
            ("store", status.Store),
            ("queued", Counted.Number(status.Queued) + Delayed(status)),
            ("running", Counted.Number(status.Running)),
            ("done", Done(status, recordsSuccesses)),
            ("failed", status.Failed == 0 ? "0" : $"{Counted.Number(status.Failed)} (see: dotnet run failed)"),
            ("rate", $"{Speed(status.TasksPerSecond)} by {Counted.Of(Working(status), "worker")}"),
            ("left", TimeLeft(status)),
        ];
        if (Working(status) == 0)
            rows.RemoveAll(row => row.Name == "rate");
        if (status.Run is { } run)
            rows.InsertRange(0, [("run", $"{run}, {status.State!.Value.ToString().ToLowerInvariant()}"), ("table", Table(status))]);
        foreach (var (name, value) in rows)
            output.WriteLine($"{name,-8} {value}");
    }

    private static string Table(Status status) =>
        $"{Printable.Of(status.Table!)}, for {status.Task}{(status.DoneBefore > 0 ? $"; {Counted.Rows(status.DoneBefore)} {Counted.Were(status.DoneBefore)} done before" : "")}";

    private static string Delayed(Status status) => status.SecondsToNextAttempt is { } seconds
        ? $" ({Counted.Number(status.Delayed)} {(status.Delayed == 1 ? "waits for its" : "wait for their")} next attempt, the first in {Counted.Duration(TimeSpan.FromSeconds(seconds))})"
        : "";

    private static string Done(Status status, bool recordsSuccesses)
    {
        var done = status.Rows is { } rows ? $"{Counted.Number(status.Done)} of {Counted.Number(rows)}" : Counted.Number(status.Done);
        return recordsSuccesses ? done : $"{done}, as counted by the workers (TASK_RECORDS=failed keeps no records)";
    }

    private static string Lag(TimeSpan countsLag) =>
        countsLag > TimeSpan.Zero ? $", unless the queue's counts change within {Counted.Duration(countsLag)}" : "";

    private static int Working(Status status) => status.Workers.Count(worker => !worker.IsSilent);

    private static string TimeLeft(Status status) => status.SecondsLeft switch
    {
        0 when status.Missing > 0 => "nothing is queued",
        0 => "nothing",
        { } seconds => $"about {Counted.Duration(TimeSpan.FromSeconds(seconds))}",
        null when Working(status) == 0 => $"unknown: no worker is alive, {Counted.Number(status.Queued)} queued (start one: dotnet run worker)",
        null => "unknown until a worker has finished a task",
    };

    private static void WriteWorkers(IReadOnlyList<WorkerStatus> workers, TextWriter output)
    {
        string[] heading = ["worker", "running", "done", "failed", "tasks/s", "seen"];
        TextColumns.Write([heading, .. workers.Take(MostWorkers).Select(Row)], output, 1, 2, 3, 4);
        if (workers.Count > MostWorkers)
            output.WriteLine($"and {Counted.Number(workers.Count - MostWorkers)} more; --json lists all");
    }

    private static string[] Row(WorkerStatus worker) =>
    [
        worker.Name,
        Counted.Number(worker.Running),
        Counted.Number(worker.Done),
        Counted.Number(worker.Failed),
        Rate(worker.TasksPerSecond),
        $"{Counted.Duration(TimeSpan.FromSeconds(worker.SecondsSinceSeen))} ago{(worker.IsSilent ? ", silent" : "")}",
    ];

    /// <summary><c>12.5 tasks/s</c>; slow ones as <c>1 task in 12 s</c>.</summary>
    private static string Speed(double perSecond) =>
        perSecond is > 0 and < 0.5 ? $"1 task in {Counted.Duration(TimeSpan.FromSeconds(1 / perSecond))}" : $"{Rate(perSecond)} tasks/s";

    private static string Rate(double perSecond)
    {
        var format = perSecond switch
        {
            0 or >= 100 => "N0",
            >= 1 => "N1",
            _ => "N3",
        };
        return perSecond.ToString(format, CultureInfo.InvariantCulture);
    }
}
