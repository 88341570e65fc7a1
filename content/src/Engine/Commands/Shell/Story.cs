using System.Diagnostics;
using TaskQueue.Reports;

namespace TaskQueue.Commands.Shell;

/// <summary>Tells on standard error how far a verb has come: a bar on a terminal, else a line now and then.</summary>
/// <param name="interval">How often it is told anew; what takes less is not told at all.</param>
internal abstract class Story(TimeSpan interval)
{
    private readonly Lock _turn = new();
    private long _last = Stopwatch.GetTimestamp();
    private string? _toldOf;

    /// <summary>Does the work while its story is told.</summary>
    public static Task<T> WhileAsync<T>(Terminal terminal, Func<Story, Task<T>> work) =>
        terminal.HasLiveError ? StoryBar.WhileAsync(terminal, work) : work(new StoryLines(terminal.Error));

    /// <summary>Tells one thing in a line of its own.</summary>
    public abstract void Say(string line);

    /// <summary>
    /// Tells how far one part of the work has come; may be called from several threads, and as often as one likes.
    /// </summary>
    /// <param name="activity">What is being done: <c>Inserting</c>.</param>
    /// <param name="unit">To what: <c>tasks</c>.</param>
    /// <param name="done">How many of them.</param>
    /// <param name="total">Of how many; null when nobody knows.</param>
    public void Tell(string activity, string unit, long done, long? total)
    {
        lock (_turn)
        {
            var isEnd = done == total && _toldOf == activity;
            if (!isEnd && Stopwatch.GetElapsedTime(_last) < interval)
                return;

            _last = Stopwatch.GetTimestamp();
            _toldOf = activity;
            var of = total is { } all ? $"/{Counted.Number(all)}" : "";
            Show(activity, $"{activity} {Counted.Number(done)}{of} {unit}", done, total);
        }
    }

    protected abstract void Show(string activity, string line, long done, long? total);
}
