using System.Globalization;
using TaskQueue.Contracts;
using TaskQueue.Records;
using TaskQueue.Records.Runs;
using TaskQueue.Settings.Cluster;

namespace TaskQueue.Reports;

/// <summary>What a cluster needs for a run, from what a few of its rows took.</summary>
internal sealed class Advice
{
    /// <summary>The memory and CPU that are asked for beyond what was measured.</summary>
    private const double Spare = 1.25;

    private const int LeastMebibytes = 256;
    private const int LeastMillicores = 100;
    private const int MostWorkers = 10_000;
    private const int MostNodes = 1000;

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

    /// <summary>Writes what was measured, and lines for cluster.env.</summary>
    /// <param name="rows">Rows that are to be done.</param>
    /// <param name="hours">How long that may take.</param>
    /// <param name="machine">The type of the nodes.</param>
    /// <param name="output">Where to.</param>
    /// <exception cref="TaskQueueException">One worker needs more than a node of this type has (65).</exception>
    public void Write(long rows, double hours, MachineType machine, TextWriter output)
    {
        var workSeconds = rows * MeanSeconds / Concurrency;
        var workers = (long)Math.Clamp(Math.Ceiling(workSeconds / (hours * 3600)), 1, Math.Min(MostWorkers, Math.Max(rows, 1)));
        var perNode = WorkersPerNode(machine);
        var nodes = Math.Min(MostNodes, (workers + perNode - 1) / perNode);
        workers = Math.Min(workers, nodes * perNode);
        var wall = Math.Max(workSeconds / workers, MeanSeconds) / 3600;
        WriteMeasured(output);
        output.WriteLine();
        output.WriteLine("# lines for config/cluster.env");
        output.WriteLine($"GOOGLE_COMPUTE_TYPE={machine.Name}");
        output.WriteLine($"MAX_NODES={nodes}");
        output.WriteLine($"TASK_REPLICAS={workers}");
        output.WriteLine($"CPU_REQUEST={Millicores}m");
        output.WriteLine($"MEMORY_REQUEST={Mebibytes}Mi");
        output.WriteLine($"MEMORY_LIMIT={Mebibytes}Mi");
        output.WriteLine();
        output.WriteLine(
            $"{Counted.Rows(rows)} by {Counted.Of(workers, "worker")} on {Counted.Of(nodes, "node")}: about {Counted.Duration(TimeSpan.FromHours(wall))}{Money(machine, (double)nodes * wall)}");
    }

    private int Millicores => (int)Math.Max(LeastMillicores, Math.Ceiling(_cpuSeconds / Math.Max(_seconds.Sum(), 1e-3) * Spare * 10) * 100);

    private long Mebibytes => Math.Max(LeastMebibytes, (long)Math.Ceiling(_peakMemory * Spare / (1 << 20) / LeastMebibytes) * LeastMebibytes);

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

    private long WorkersPerNode(MachineType machine)
    {
        var byCpu = machine.CpusForWorkers is { } cpus ? (long)(cpus * 1000 / Millicores) : long.MaxValue;
        var byMemory = machine.MemoryForWorkers is { } memory ? (long)(memory / (Mebibytes << 20)) : long.MaxValue;
        return Math.Min(byCpu, byMemory) switch
        {
            0 => throw new TaskQueueException(
                ExitCode.BadInput, $"One worker needs {Millicores}m CPU and {Mebibytes}Mi, more than a node {machine.Name} has.",
                next: "Name a larger type: dotnet run advise --machine n2-highmem-8"),
            long.MaxValue => 1,
            var fit => fit,
        };
    }

    private static string Money(MachineType machine, double nodeHours) => CloudPrices.SpotHour(machine.Name, machine.Cpus, machine.Memory) is { } hour
        ? string.Create(CultureInfo.InvariantCulture, $", about {(double)hour * nodeHours:0.00} USD of Spot nodes (list prices of us-central1, {CloudPrices.AsOf}; without the cluster's own node and fee)")
        : "; no price is known for this type";
}
