using System.CommandLine;
using TaskQueue.Commands.Cli;
using TaskQueue.Contracts;
using TaskQueue.Reports;

namespace TaskQueue.Commands;

internal sealed class DescribeVerb : Verb
{
    private readonly Argument<string?> _task = new("TASK")
    {
        Description = "the task to describe; all without it",
        Arity = ArgumentArity.ZeroOrOne,
    };

    public DescribeVerb() : base("describe", VerbGroup.Explain, "the tasks of this project and the columns they want") =>
        Declare(_task);

    public override string About => """
        Lists the parameters of each task with the column, type and default of each, and shows the page beside the
        task's source. The build is the project's version and a hash of its sources: it is the same in an image.
        """;

    public override IReadOnlyList<Example> Examples => [new("describe")];

    public override Task<ExitCode> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var catalog = invocation.FindTasks();
        invocation.Terminal.Out.WriteLine($"Build {catalog.Build}, engine {typeof(DescribeVerb).Assembly.GetName().Version!.ToString(3)}");
        invocation.Terminal.Out.WriteLine();
        var tasks = invocation.Get(_task) is { } name ? [catalog.Select(name)] : catalog.Tasks;
        foreach (var (index, task) in tasks.OrderBy(task => task.Name, StringComparer.Ordinal).Index())
        {
            if (index > 0)
                invocation.Terminal.Out.WriteLine();
            TaskDescription.Write(task, invocation.Tasks, invocation.Terminal.Out);
        }

        return Task.FromResult(ExitCode.Done);
    }
}
