using System.CommandLine;
using TaskQueue.Commands.Cli;
using TaskQueue.Contracts;
using TaskQueue.Reports;
//#if (kubernetes)
using TaskQueue.Settings.Cluster;
//#endif

namespace TaskQueue.Commands;

internal sealed class CheckVerb : Verb
{
    private readonly Option<string?> _task =
        VerbOption.Text("--task", "NAME", "which task the table is for", "those that its columns fit");

    private readonly Option<bool> _create = VerbOption.Switch("--create", "make the queue where it is missing");

    //#if (kubernetes)
    private readonly Option<string?> _clusterEnv =
        VerbOption.Text("--cluster-env", "FILE", "the cluster's settings", "config/cluster.env when it is filled in");

    //#endif
    public CheckVerb() : base("check", VerbGroup.Explain, "try settings, tasks, table, queue and store")
    {
        Declare(_task, _create);
        //#if (kubernetes)
        Declare(_clusterEnv);
        //#endif
    }

    public override string About => """
        Run it before time and money are spent: it lists every setting and where it comes from, checks every row of
        the table, opens the queue, and writes and removes one small object in the store. A problem gives the exit
        code that the real run would end with. With --create it makes a missing queue and what belongs to it, and says
        what insert, worker and the other verbs have to be allowed.
        """
        //#if (kubernetes)
        + """


        When config/cluster.env is filled in, it finds out whether the workers can run there, and whether settings and
        workers can live with nodes that come and go.
        """
        //#endif
        ;

    public override IReadOnlyList<Example> Examples =>
        [new("check"), new("check --env-file config/cloud.env", "another set of settings"), new("check --create")];

    public override async Task<ExitCode> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        await using var services = invocation.CreateServices();
        var check = new ProjectCheck(invocation.Loaded, invocation.Tasks, services, invocation.Terminal.Out);
        //#if (kubernetes)
        check.Add("cluster", () => ClusterCheck.Run(
            invocation.Settings.ProjectRoot, invocation.Terminal.Folder, invocation.Get(invocation.Commands.EnvFile), invocation.Get(_clusterEnv)));
        //#endif
        return await check.RunAsync(invocation.Get(_task), invocation.Get(_create), cancellationToken);
    }
}
