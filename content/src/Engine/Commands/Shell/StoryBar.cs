using Spectre.Console;

namespace TaskQueue.Commands.Shell;

/// <summary>A progress bar for each part of the work.</summary>
internal sealed class StoryBar : Story
{
    private readonly Dictionary<string, ProgressTask> _bars = [];
    private readonly ProgressContext _context;
    private readonly IAnsiConsole _console;

    private StoryBar(ProgressContext context, IAnsiConsole console) : base(TimeSpan.FromMilliseconds(250)) =>
        (_context, _console) = (context, console);

    public static new Task<T> WhileAsync<T>(Terminal terminal, Func<Story, Task<T>> work)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(terminal.Error) });
        var description = new TaskDescriptionColumn { Alignment = Justify.Left };
        return console.Progress()
            .Columns(description, new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .StartAsync(context => work(new StoryBar(context, console)));
    }

    public override void Say(string line) => _console.WriteLine(line);

    protected override void Show(string activity, string line, long done, long? total)
    {
        if (!_bars.TryGetValue(activity, out var bar))
            _bars[activity] = bar = _context.AddTask(activity);

        bar.Description = line;
        bar.IsIndeterminate = total is null;
        bar.MaxValue = Math.Max(total ?? 1, 1);
        bar.Value = total == done ? bar.MaxValue : total is null ? 0 : done;
    }
}
