using TaskQueue.Commands.Cli;

namespace TaskQueue.Commands;

/// <summary>The verbs of the program, in the order in which help lists them.</summary>
internal static class Verbs
{
    public static IReadOnlyList<Verb> Create() =>
    [
        new InsertTasksVerb(),
        new WorkerVerb(),
        new RunLocalVerb(),
        new StatusVerb(),
        new HealthVerb(),
        new ResultsVerb(),
        new FailedVerb(),
        new LogsVerb(),
        new RequeueVerb(),
        new ReleaseVerb(),
        new MoveQueueVerb(),
        new PurgeVerb(),
        new DeleteQueueVerb(),
        new CheckVerb(),
        new DescribeVerb(),
        new TableVerb(),
        new HelpVerb(),
    ];
}
