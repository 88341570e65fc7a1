using System.CommandLine;
using TaskQueue.Commands.Cli;
using TaskQueue.Contracts;
using TaskQueue.Reports;
using TaskQueue.Settings.Cluster;

namespace TaskQueue.Commands;

internal sealed class CheckVerb : Verb
{
    private readonly Option<string?> _task =
        VerbOption.Text("--task", "NAME", "which task the table is for", "those that its columns fit");

    private readonly Option<bool> _create = VerbOption.Switch("--create", "make the queue where it is missing");

    private readonly Option<string?> _clusterEnv =
        VerbOption.Text("--cluster-env", "FILE", "the cluster's settings", "config/cluster.env when it is filled in");

    public CheckVerb() : base("check", VerbGroup.Explain, "try settings, tasks, table, queue and store") =>
        Declare(_task, _create, _clusterEnv);

    public override string About => """
        Run it before time and money are spent: it lists every setting and where it comes from, checks every row of
        the table, opens the queue, and writes and removes one small object in the store. A problem gives the exit
        code that the real run would end with. When config/cluster.env is filled in, it finds out whether the workers
        fit on the nodes, and whether settings and workers can live with nodes that come and go. With --create it makes
        a missing queue and what belongs to it, and says what insert, worker and the other verbs have to be allowed.
        """;

    public override IReadOnlyList<Example> Examples =>
        [new("check"), new("check --env-file config/cloud.env", "another set of settings"), new("check --create")];

    public override async Task<ExitCode> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var (settings, terminal) = (invocation.Settings, invocation.Terminal);
        await using var services = invocation.CreateServices();
        var check = new ProjectCheck(invocation.Loaded, invocation.Tasks, services, terminal.Out);
        return await check.RunAsync(invocation.Get(_task), invocation.Get(_create), CheckCluster, cancellationToken);

        string CheckCluster() => ClusterCheck.Run(
            settings.ProjectRoot, terminal.Folder, invocation.Get(invocation.Commands.EnvFile), invocation.Get(_clusterEnv));
    }
}
