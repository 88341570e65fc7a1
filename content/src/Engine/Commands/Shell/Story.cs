using System.Diagnostics;
using TaskQueue.Reports;

namespace TaskQueue.Commands.Shell;

/// <summary>Tells on standard error how far a verb has come: a bar on a terminal, else a line now and then.</summary>
internal abstract class Story
{
    /// <summary>Tells how far one part of the work has come; may be called from several threads, and often.</summary>
    /// <param name="activity">What is being done: <c>Inserting</c>.</param>
    /// <param name="unit">To what: <c>tasks</c>.</param>
    /// <param name="done">How many of them.</param>
    /// <param name="total">Of how many.</param>
    public abstract void Tell(string activity, string unit, long done, long total);

    /// <summary>Tells one thing in a line of its own.</summary>
    public abstract void Say(string line);

    /// <summary>Does the work while its story is told.</summary>
    public static Task<T> WhileAsync<T>(Terminal terminal, Func<Story, Task<T>> work) =>
        terminal.HasLiveError ? StoryBar.WhileAsync(terminal, work) : work(new StoryLines(terminal.Error));

    protected static string Line(string activity, string unit, long done, long total) =>
        $"{activity} {Counted.Number(done)}/{Counted.Number(total)} {unit}";
}

/// <summary>A line every few seconds, and one at the end of what took that long.</summary>
internal sealed class StoryLines(TextWriter error) : Story
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private readonly Lock _turn = new();
    private long _last = Stopwatch.GetTimestamp();
    private string? _toldOf;

    public override void Tell(string activity, string unit, long done, long total)
    {
        lock (_turn)
        {
            var isEnd = done >= total && _toldOf == activity;
            if (!isEnd && Stopwatch.GetElapsedTime(_last) < Interval)
                return;

            _last = Stopwatch.GetTimestamp();
            _toldOf = activity;
            error.WriteLine(Line(activity, unit, done, total));
        }
    }

    public override void Say(string line)
    {
        lock (_turn)
            error.WriteLine(line);
    }
}
