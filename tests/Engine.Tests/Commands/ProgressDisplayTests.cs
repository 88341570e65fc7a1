using TaskQueue.Commands.Cli;

namespace TaskQueue.Tests.Commands;

/// <summary>How far a verb has come: one line that is drawn again on a terminal, plain lines elsewhere.</summary>
public sealed class ProgressDisplayTests : IDisposable
{
    private readonly ManualClock _clock = new();
    private readonly StringWriter _error = new() { NewLine = "\n" };

    public void Dispose() => _error.Dispose();

    [Fact]
    public void On_a_pipe_there_is_a_plain_line_every_five_seconds_and_one_at_the_end()
    {
        var story = new ProgressDisplay(_error, width: null, _clock);

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
    [InlineData(null)]
    [InlineData(80)]
    public void What_is_over_soon_is_not_told(int? width)
    {
        var story = new ProgressDisplay(_error, width, _clock);

        story.Tell("Checking", "rows", 1, 2);
        story.Tell("Checking", "rows", 2, 2);
        story.EndLine();

        Assert.Empty(_error.ToString());
    }

    [Fact]
    public void On_a_terminal_a_bar_is_drawn_over_and_over_in_one_line_for_each_part_of_the_work()
    {
        var story = new ProgressDisplay(_error, width: 80, _clock);

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
                "", "Checking 50/200 rows [#####---------------] 25 %, 1 min 30 s left",
                "Checking 200/200 rows [####################] 100 %               \n", "Reading 7 rows\n",
            ],
            _error.ToString().Split('\r'));
    }

    [Fact]
    public void What_is_said_stands_above_the_bar()
    {
        var story = new ProgressDisplay(_error, width: 80, _clock);

        _clock.Pass(seconds: 1);
        story.Tell("Moving", "tasks", 1, 2);
        story.Say("warning: slow");
        story.EndLine();

        var bar = "Moving 1/2 tasks [##########----------] 50 %, 0 s left";
        Assert.Equal(["", bar, new string(' ', bar.Length), "warning: slow\n", $"{bar}\n"], _error.ToString().Split('\r'));
    }

    [Fact]
    public void A_line_never_reaches_the_end_of_the_terminal()
    {
        var story = new ProgressDisplay(_error, width: 40, _clock);

        _clock.Pass(seconds: 1);
        story.Tell("Inserting", "tasks", 1_000_000, 10_000_000);

        Assert.Equal("\rInserting 1,000,000/10,000,000 tasks [#", _error.ToString());
    }

    [Fact]
    public async Task The_line_is_ended_when_the_work_fails()
    {
        var terminal = new Terminal(TextWriter.Null, _error, TextReader.Null, "/") { HasLiveError = true, Width = 80 };

        await Assert.ThrowsAsync<IOException>(() => ProgressDisplay.WhileAsync<int>(terminal, async story =>
        {
            await Task.Delay(300, TestContext.Current.CancellationToken);
            story.Tell("Reading", "rows", 1, null);
            throw new IOException();
        }));

        Assert.Equal("\rReading 1 rows\n", _error.ToString());
    }

    private sealed class ManualClock : TimeProvider
    {
        private long _ticks = 1;

        public override long GetTimestamp() => _ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public void Pass(int seconds) => _ticks += seconds * TimeSpan.TicksPerSecond;
    }
}
