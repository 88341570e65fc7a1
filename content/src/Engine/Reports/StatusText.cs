using System.Globalization;

namespace TaskQueue.Reports;

/// <summary>Shows a <see cref="Status"/> to a person.</summary>
internal static class StatusText
{
    private const int MostWorkers = 20;

    public static void Write(Status status, bool recordsSuccesses, TextWriter output)
    {
        WriteNumbers(status, recordsSuccesses, output);
        if (status.Workers.Count == 0)
            return;

        output.WriteLine();
        WriteWorkers(status.Workers, output);
    }

    private static void WriteNumbers(Status status, bool recordsSuccesses, TextWriter output)
    {
        var working = status.Workers.Count(worker => !worker.IsSilent);
        string[][] rows =
        [
            ["queue", status.Queue],
            ["store", status.Store],
            ["queued", Counted.Number(status.Queued)],
            ["running", Counted.Number(status.Running)],
            ["done", Done(status, recordsSuccesses)],
            ["failed", status.Failed == 0 ? "0" : $"{Counted.Number(status.Failed)} (see: dotnet run failed)"],
            ["rate", $"{Rate(status.TasksPerSecond)} tasks/s by {Counted.Of(working, "worker")}"],
            ["left", TimeLeft(status, working)],
        ];
        foreach (var row in rows)
            output.WriteLine($"{row[0],-8} {row[1]}");
    }

    private static string Done(Status status, bool recordsSuccesses) => (recordsSuccesses, status.Rows) switch
    {
        (false, _) =>
            $"{Counted.Number(status.Done)}, as counted by the workers (TASK_RECORDS=failed keeps no records)",
        (_, { } rows) => $"{Counted.Number(status.Done)} of {Counted.Number(rows)}",
        _ => Counted.Number(status.Done),
    };

    private static string TimeLeft(Status status, int working) => status.SecondsLeft switch
    {
        0 => "nothing",
        { } seconds => $"about {Counted.Duration(TimeSpan.FromSeconds(seconds))}",
        null when working == 0 => "unknown, no worker is at work (start one: dotnet run worker)",
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
