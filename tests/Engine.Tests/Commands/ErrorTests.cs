using TaskQueue.Commands;
using TaskQueue.Commands.Cli;
using TaskQueue.Contracts;

namespace TaskQueue.Tests.Commands;

public sealed class ErrorTests : IDisposable
{
    private readonly CommandProject _project = new();

    public void Dispose() => _project.Dispose();

    [Theory]
    [InlineData("MY_VALUE='quoted'\n", "The value of MY_VALUE has a quote ' at character 1.")]
    [InlineData("MY_VALUE=a b\n", "The value of MY_VALUE has a space at character 2.")]
    [InlineData("TQ_LEASE_SECONDS=0\n", "TQ_LEASE_SECONDS is \"0\"; allowed: a whole number of seconds from 1 to 43200.")]
    [InlineData("TQ_LEASE=60\n", "There is no setting TQ_LEASE.")]
    public async Task A_wrong_setting_stops_a_verb_with_three_lines_and_78(string settings, string what)
    {
        _project.WriteSettings(settings);

        var run = await _project.RunAsync("status");

        Assert.Equal(ExitCode.Configuration, run.Code);
        Assert.Empty(run.Output);
        Assert.Equal(3, run.ErrorLines.Count);
        Assert.Equal($"error: {what}", run.ErrorLines[0]);
        Assert.Equal("  config/task.env, line 1", run.ErrorLines[1]);
        Assert.False(File.Exists(_project["queue"]));
    }

    [Fact]
    public async Task A_stack_trace_is_shown_only_when_verbose_was_asked_for()
    {
        Assert.DoesNotContain("   at ", (await _project.RunAsync("table missing")).Error);
        Assert.Contains("   at ", (await _project.RunAsync("table missing --verbose")).Error);
    }

    [Fact]
    public async Task A_missing_table_is_bad_input()
    {
        var run = await _project.RunAsync("table missing");

        Assert.Equal(ExitCode.BadInput, run.Code);
        Assert.Equal($"  {_project["missing"]}.feather", run.ErrorLines[1]);
    }

    [Fact]
    public void A_fault_of_our_own_is_two_lines_and_70()
    {
        using var error = new StringWriter();
        using var output = new StringWriter();

        var code = TaskQueueProgram.Tell(
            new InvalidOperationException("first\nsecond"), new Terminal(output, error, TextReader.Null, "/"), isVerbose: false);

        Assert.Equal(ExitCode.Internal, code);
        Assert.Equal(
            ["error: InvalidOperationException: first second", "  This is a fault of the program; --verbose shows where."],
            error.ToString().TrimEnd().Split('\n'));
    }
}
