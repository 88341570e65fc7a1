using System.Collections.Concurrent;
using Spectre.Console;

namespace TaskQueue.Commands.Shell;

/// <summary>A progress bar for each part of the work.</summary>
internal sealed class StoryBar : Story
{
    private readonly ConcurrentDictionary<string, ProgressTask> _bars = new();
    private readonly ProgressContext _context;

    private readonly IAnsiConsole _console;

    private StoryBar(ProgressContext context, IAnsiConsole console) => (_context, _console) = (context, console);

    public static new Task<T> WhileAsync<T>(Terminal terminal, Func<Story, Task<T>> work)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(terminal.Error) });
        return console.Progress()
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .StartAsync(context => work(new StoryBar(context, console)));
    }

    public override void Tell(string activity, string unit, long done, long total)
    {
        var bar = _bars.GetOrAdd(activity, _ => _context.AddTask(activity));
        bar.Description = Line(activity, unit, done, total);
        bar.MaxValue = Math.Max(total, 1);
        bar.Value = total == 0 ? 1 : done;
    }

    public override void Say(string line) => _console.WriteLine(line);
}
