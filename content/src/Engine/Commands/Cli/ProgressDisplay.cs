using TaskQueue.Reports;

namespace TaskQueue.Commands.Cli;

/// <summary>
/// Tells on standard error how far a verb has come: on a terminal in one line with a bar, which is drawn again and again,
/// else in a line now and then. Short work is not reported at all.
/// </summary>
/// <param name="error">Standard error.</param>
/// <param name="draw">Draws a line there in place of the one before, as <see cref="Terminal.Draw"/>; null when it is no terminal.</param>
/// <param name="clock">Says when it is time to tell.</param>
internal sealed class ProgressDisplay(TextWriter error, Func<string, bool>? draw, TimeProvider clock)
{
    private const int BarWidth = 10;

    private readonly Lock _turn = new();
    private readonly TimeSpan _interval = draw is null ? TimeSpan.FromSeconds(5) : TimeSpan.FromMilliseconds(250);
    private long _last = clock.GetTimestamp();
    private long _start;
    private string? _activity;
    private bool _isTold;
    private bool _isOver;
    private string _drawn = "";

    /// <summary>Does the work while its story is told.</summary>
    public static async Task<T> WhileAsync<T>(Terminal terminal, Func<ProgressDisplay, Task<T>> work)
    {
        var story = new ProgressDisplay(terminal.Error, terminal.Draw, TimeProvider.System);
        try
        {
            return await work(story);
        }
        finally
        {
            story.EndLine();
        }
    }

    /// <summary>Tells one thing in a line of its own: above the one that is drawn, while its part of the work goes on.</summary>
    public void Say(string line)
    {
        lock (_turn)
        {
            if (_isOver)
                EndLine();
            error.WriteLine(line);
        }
    }

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
            if (_activity != activity)
            {
                EndLine();
                (_activity, _isTold, _start) = (activity, false, clock.GetTimestamp());
            }

            _isOver = done == total;
            if (!(_isOver && _isTold) && clock.GetElapsedTime(_last) < _interval)
                return;

            (_last, _isTold) = (clock.GetTimestamp(), true);
            var line = $"{activity} {Counted.Number(done)}{(total is { } all ? $"/{Counted.Number(all)}" : "")} {unit}";
            if (draw is null)
                error.WriteLine(line);
            else
                draw(_drawn = $"{line}{BarOf(done, total)}");
        }
    }

    /// <summary>Leaves what is drawn as it is, and goes on below it.</summary>
    public void EndLine()
    {
        lock (_turn)
        {
            if (_drawn.Length == 0)
                return;
            draw!("");
            error.WriteLine(_drawn);
            _drawn = "";
        }
    }

    /// <summary>For example: [#####-----] 50 %, 1,250/s, 3 min 20 s left.</summary>
    private string BarOf(long done, long? total)
    {
        var time = clock.GetElapsedTime(_start);
        var rate = time >= TimeSpan.FromSeconds(1) ? $", {Counted.Number((long)(done / time.TotalSeconds))}/s" : "";
        if (total is not > 0)
            return rate;
        var part = Math.Clamp((double)done / total.Value, 0, 1);
        var full = (int)(part * BarWidth);
        var left = part is 0 or 1 ? "" : $", {Counted.Duration(time * ((1 - part) / part))} left";
        return $" [{new string('#', full)}{new string('-', BarWidth - full)}] {(int)(part * 100)} %{rate}{left}";
    }
}
