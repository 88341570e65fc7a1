using System.Globalization;
using TaskQueue.Contracts;
using TaskQueue.Records;
using TaskQueue.Records.Runs;
//#if (gke)
using TaskQueue.Settings.Cluster.Gke;
//#endif

namespace TaskQueue.Reports;

/// <summary>What a cluster needs for a run, from what a few of its rows took.</summary>
internal sealed class Advice
{
    /// <summary>The memory and CPU that are asked for beyond what was measured.</summary>
    private const double Spare = 1.25;

    private const int LeastMebibytes = 256;
    private const int LeastMillicores = 100;
    private const int MostWorkers = 10_000;

    private readonly List<double> _seconds = [];
    private double _cpuSeconds;
    private long _peakMemory;

    private Advice()
    {
    }

    /// <summary>Rows that were measured.</summary>
    public int Rows => _seconds.Count;

    public double MeanSeconds => _seconds.Average();

    /// <summary>Tasks at once in the workers that ran them; more than 1 makes all figures those of a whole worker.</summary>
    public int Concurrency { get; private set; } = 1;

    /// <summary>Reads what the rows of a run took.</summary>
    /// <exception cref="TaskQueueException">None of its rows is done, or none was measured (65).</exception>
    public static async Task<Advice> MeasureAsync(RecordStore records, RunRecord run, CancellationToken cancellationToken)
    {
        var advice = new Advice();
        await foreach (var row in records.ReadDoneAsync(run.Task, run.Run, cancellationToken))
        {
            if (row.CpuSeconds is not { } cpu)
                continue;
            advice._seconds.Add((row.Finished - row.Started).TotalSeconds);
            advice._cpuSeconds += cpu;
            advice._peakMemory = Math.Max(advice._peakMemory, row.PeakMemoryBytes);
        }
        if (advice.Rows == 0)
            throw new TaskQueueException(
                ExitCode.BadInput, $"No row of the run {run.Run} is done yet.", $"In {records.Store.Location}",
                "Run a few first: dotnet run insert-tasks --limit 10, then dotnet run worker --exit-when-empty");
        await foreach (var worker in records.ReadWorkersAsync(cancellationToken).Where(worker => worker.Runs.Any(one => one.Run == run.Run)))
            advice.Concurrency = Math.Max(advice.Concurrency, worker.Concurrency);
        return advice;
    }

    /// <summary>What the task says that one row takes, in bytes; the advice is not below it.</summary>
    public long TaskMemory { get; set; }

    //#if (gke)
    /// <summary>The type of the nodes; null where the cluster has nodes of its own.</summary>
    public MachineType? Machine { get; set; }

    //#endif
    /// <summary>Writes what was measured, and lines for cluster.env.</summary>
    /// <param name="rows">Rows that are to be done.</param>
    /// <param name="hours">How long that may take.</param>
    /// <param name="output">Where to.</param>
    public void Write(long rows, double hours, TextWriter output)
    {
        var workSeconds = rows * MeanSeconds / Concurrency;
        var workers = (long)Math.Clamp(Math.Ceiling(workSeconds / (hours * 3600)), 1, Math.Min(MostWorkers, Math.Max(rows, 1)));
        string[] lines = [];
        var place = "";
        Func<double, string> cost = _ => "";
        //#if (gke)
        if (Machine is not null)
        {
            var plan = NodePlan.For(Machine, workers, Millicores, Mebibytes);
            (workers, lines, place, cost) = (plan.Workers, plan.Lines, $" on {Counted.Of(plan.Nodes, "node")}", plan.Cost);
        }
        //#endif
        var wall = Math.Max(workSeconds / workers, MeanSeconds) / 3600;
        WriteMeasured(output);
        output.WriteLine();
        output.WriteLine("# lines for config/cluster.env");
        foreach (var line in (string[])[
            .. lines, $"TASK_REPLICAS={workers}", $"CPU_REQUEST={Millicores}m", $"MEMORY_REQUEST={Mebibytes}Mi", $"MEMORY_LIMIT={Mebibytes}Mi"])
            output.WriteLine(line);
        output.WriteLine();
        output.WriteLine(
            $"{Counted.Rows(rows)} by {Counted.Of(workers, "worker")}{place}: about {Counted.Duration(TimeSpan.FromHours(wall))}{cost(wall)}");
    }

    private int Millicores => (int)Math.Max(LeastMillicores, Math.Ceiling(_cpuSeconds / Math.Max(_seconds.Sum(), 1e-3) * Spare * 10) * 100);

    private long Mebibytes => Math.Max(LeastMebibytes, (long)Math.Ceiling(Math.Max(_peakMemory, TaskMemory * Concurrency) * Spare / (1 << 20) / LeastMebibytes) * LeastMebibytes);

    private void WriteMeasured(TextWriter output)
    {
        var sorted = _seconds.Order().ToList();
        var of = Concurrency == 1 ? "a row" : $"a worker that ran {Concurrency} at once (WORKER_CONCURRENCY=1 gives figures of one row)";
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"Measured on {Counted.Rows(Rows)}: {MeanSeconds:0.###} s a row (median {sorted[sorted.Count / 2]:0.###}, longest {sorted[^1]:0.###})"));
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"CPU {_cpuSeconds / Math.Max(_seconds.Sum(), 1e-3):0.##}, and at most {_peakMemory / 1e6:N0} MB by {of}"));
    }
}
