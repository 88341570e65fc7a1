using System.CommandLine;
using System.Globalization;
using TaskQueue.Commands.Cli;
using TaskQueue.Contracts;
using TaskQueue.Records.Runs;
using TaskQueue.Reports;
//#if (gke)
using TaskQueue.Settings.Cluster;
using TaskQueue.Settings.Cluster.Gke;
//#endif

namespace TaskQueue.Commands;

internal sealed class AdviseVerb : Verb
{
    private readonly RunOptions _runs = new();
    private readonly Option<long?> _rows = VerbOption.Number("--rows", "rows that are to be done", 1, @default: "those of the run's table");
    private readonly Option<string?> _hours = VerbOption.Text("--hours", "H", "how long that may take", "1");
    //#if (gke)
    private readonly Option<string?> _machine = VerbOption.Text(
        "--machine", "TYPE", "the machine type of the nodes", $"{MachineType.Usual}; none with CLUSTER_MODE=none");
    //#endif

    public AdviseVerb() : base("advise", VerbGroup.Explain, "what a cluster needs for all rows, from a run of a few")
    {
        Declare(_runs.All[0], _rows, _hours);
        //#if (gke)
        Declare(_machine);
        //#endif
    }

    public override string About => """
        Reads what the rows of a sample run took: seconds, CPU time, and the peak memory of their worker. Then it writes
        lines for cluster.env with a quarter to spare, and how long all rows will take. Run the sample on the kind of
        machine that the cluster has, with WORKER_CONCURRENCY=1.
        """;

    public override IReadOnlyList<Example> Examples =>
    [
        new("insert-tasks --limit 10 --run sample", "then: worker --exit-when-empty"),
        new("advise --run sample --hours 2"),
        //#if (gke)
        new("advise --machine n2-highmem-8", "with the number of such nodes, and what they cost"),
        //#endif
    ];

    public override async Task<ExitCode> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var text = invocation.Get(_hours) ?? "1";
        if (!double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var hours) || hours is <= 0 or > 10_000)
            throw new TaskQueueException(ExitCode.Usage, $"--hours is \"{Printable.Short(text)}\"; allowed: a number above 0, at most 10000.");

        //#if (gke)
        var machine = FindMachine(invocation);
        //#endif
        var records = invocation.OpenRecords();
        var run = await _runs.ChooseAsync(invocation, records, task: null, cancellationToken) ?? throw new TaskQueueException(
            ExitCode.BadInput, "There is no run to learn from.", $"In {records.Store.Location}", "Run a few rows first: dotnet run insert-tasks --limit 10");
        var advice = await Advice.MeasureAsync(records, run, cancellationToken);
        advice.TaskMemory = invocation.FindTasks().LimitsOf(run.Task, invocation.Settings).Memory ?? 0;
        //#if (gke)
        advice.Machine = machine;
        //#endif
        advice.Write(invocation.Get(_rows) ?? run.Rows, hours, invocation.Terminal.Out);
        return ExitCode.Done;
    }
    //#if (gke)

    /// <returns>Null on a cluster that has nodes of its own.</returns>
    private MachineType? FindMachine(Invocation invocation)
    {
        if (invocation.Get(_machine) is not { } name)
            return GkeCluster.Is(ClusterCheck.Read(invocation.Settings.ProjectRoot)) ? MachineType.Parse(MachineType.Usual) : null;

        return MachineType.Parse(name) ?? throw new TaskQueueException(
            ExitCode.Usage, $"--machine is \"{Printable.Short(name)}\"; allowed: a machine type with its size, such as {MachineType.Usual}.");
    }
    //#endif
}
