using TaskQueue.Commands.Cli;

namespace TaskQueue.Commands;

/// <summary>The verbs of the program, in the order in which help lists them.</summary>
internal static class Verbs
{
    public static IReadOnlyList<Verb> Create() =>
    [
        new MakeTableVerb(),
        new InsertTasksVerb(),
        new WorkerVerb(),
        new RunVerb(),
        new RunLocalVerb(),
        new StatusVerb(),
        new RunsVerb(),
        new MonitorVerb(),
        new HealthVerb(),
        new ResultsVerb(),
        new GatherVerb(),
        new FailedVerb(),
        new LogsVerb(),
        new ReportVerb(),
        new RequeueVerb(),
        new CancelVerb(),
        new DeleteRunVerb(),
        new ReleaseVerb(),
        new MoveQueueVerb(),
        new PurgeVerb(),
        new DeleteQueueVerb(),
        new CheckVerb(),
        //#if (kubernetes)
        new AdviseVerb(),
        //#endif
        new DescribeVerb(),
        new TableVerb(),
        new HelpVerb(),
    ];
}
