using TaskQueue.Commands.Cli;
using TaskQueue.Logging;

namespace TaskQueue.Tests.Commands;

/// <summary>How far a verb has come: one line that is drawn again on a terminal, plain lines elsewhere.</summary>
public sealed class ProgressDisplayTests : IDisposable
{
    private readonly ManualClock _clock = new();
    private readonly StringWriter _error = new() { NewLine = "\n" };
    private LiveWriter _terminal;

    public ProgressDisplayTests() => _terminal = new LiveWriter(_error, width: 100);

    public void Dispose()
    {
        _terminal.Dispose();
        _error.Dispose();
    }

    [Fact]
    public void On_a_pipe_there_is_a_plain_line_every_five_seconds_and_one_at_the_end()
    {
        var story = new ProgressDisplay(_error, draw: null, _clock);

        for (var done = 1; done <= 12; done++)
        {
            _clock.Pass(seconds: 1);
            story.Tell("Inserting", "tasks", done * 1000, 12_000);
        }

        story.Say("warning: slow");
        story.EndLine();
        Assert.Equal("Inserting 5,000/12,000 tasks\nInserting 10,000/12,000 tasks\nInserting 12,000/12,000 tasks\nwarning: slow\n", _error.ToString());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_is_over_soon_is_not_told(bool isTerminal)
    {
        var story = new ProgressDisplay(_terminal, isTerminal ? Draw : null, _clock);

        story.Tell("Checking", "rows", 1, 2);
        story.Tell("Checking", "rows", 2, 2);
        story.EndLine();

        Assert.Empty(_error.ToString());
    }

    [Fact]
    public void On_a_terminal_a_bar_is_drawn_over_and_over_in_one_line_for_each_part_of_the_work()
    {
        var story = new ProgressDisplay(_terminal, Draw, _clock);

        story.Tell("Checking", "rows", 0, 200);
        _clock.Pass(seconds: 30);
        story.Tell("Checking", "rows", 50, 200);
        _clock.Pass(seconds: 1);
        story.Tell("Checking", "rows", 200, 200);
        _clock.Pass(seconds: 1);
        story.Tell("Reading", "rows", 7, null);
        story.EndLine();

        Assert.Equal(
            [
                "", "Checking 50/200 rows [##--------] 25 %, 1/s, 1 min 30 s left", "Checking 200/200 rows [##########] 100 %, 6/s",
                "Checking 200/200 rows [##########] 100 %, 6/s\n", "Reading 7 rows", "Reading 7 rows\n",
            ],
            Drawn());
    }

    [Fact]
    public void What_is_said_stands_above_the_bar()
    {
        var story = new ProgressDisplay(_terminal, Draw, _clock);

        _clock.Pass(seconds: 1);
        story.Tell("Moving", "tasks", 1, 2);
        story.Say("warning: slow");
        story.EndLine();

        var bar = "Moving 1/2 tasks [#####-----] 50 %, 0 s left";
        Assert.Equal(["", bar, $"warning: slow\n{bar}", $"{bar}\n"], Drawn());
    }

    [Fact]
    public void What_is_said_when_a_part_is_over_stands_below_its_bar()
    {
        var story = new ProgressDisplay(_terminal, Draw, _clock);

        _clock.Pass(seconds: 1);
        story.Tell("Checking", "rows", 1, 2);
        story.Tell("Checking", "rows", 2, 2);
        story.Say("Inserting 2/2 tasks");
        story.EndLine();

        var bar = "Checking 2/2 rows [##########] 100 %";
        Assert.Equal(["", "Checking 1/2 rows [#####-----] 50 %, 0 s left", bar, $"{bar}\nInserting 2/2 tasks\n"], Drawn());
    }

    [Fact]
    public void A_line_never_reaches_the_end_of_the_terminal()
    {
        _terminal = new LiveWriter(_error, width: 40);
        var story = new ProgressDisplay(_terminal, Draw, _clock);

        _clock.Pass(seconds: 1);
        story.Tell("Inserting", "tasks", 1_000_000, 10_000_000);

        Assert.Equal(["", "Inserting 1,000,000/10,000,000 tasks [#"], Drawn());
    }

    [Fact]
    public void What_others_write_tears_nothing()
    {
        _terminal.Draw("1 done");
        _terminal.Write("half a ");
        _terminal.Draw("2 done");
        _terminal.Write("line\n");
        _terminal.Draw("");
        _terminal.Write("after\n");

        Assert.Equal(["", "1 done", "half a line\n2 done", "after\n"], Drawn());
    }

    [Fact]
    public async Task The_line_is_ended_when_the_work_fails()
    {
        var terminal = new Terminal(TextWriter.Null, _terminal, TextReader.Null, "/") { Draw = Draw };

        await Assert.ThrowsAsync<IOException>(() => ProgressDisplay.WhileAsync<int>(terminal, async story =>
        {
            await Task.Delay(300, TestContext.Current.CancellationToken);
            story.Tell("Reading", "rows", 1, null);
            throw new IOException();
        }));

        Assert.Equal(["", "Reading 1 rows", "Reading 1 rows\n"], Drawn());
    }

    private bool Draw(string line)
    {
        _terminal.Draw(line);
        return true;
    }

    /// <summary>What stood on the terminal from one clearing of its last line to the next.</summary>
    private string[] Drawn() => _error.ToString().Split("\r\e[K");

    private sealed class ManualClock : TimeProvider
    {
        private long _ticks = 1;

        public override long GetTimestamp() => _ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public void Pass(int seconds) => _ticks += seconds * TimeSpan.TicksPerSecond;
    }
}
