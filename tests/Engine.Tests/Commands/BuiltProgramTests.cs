namespace TaskQueue.Tests.Commands;

/// <summary>What only a process of its own can show: readers that go away, full disks, and signals.</summary>
public sealed class BuiltProgramTests : IDisposable
{
    private readonly CommandProject _project = new();

    public void Dispose() => _project.Dispose();

    [Theory]
    [InlineData("$P help >answer", 0, "")]
    [InlineData("$P help table --verbose >answer", 0, "")]
    [InlineData("$P statsu", 64, "error: There is no verb statsu.")]
    [InlineData("$P table nowhere", 65, "error: There is no such parameter table.")]
    [InlineData("TQ_LEASE_SECONDS=0 $P status", 78, "error: TQ_LEASE_SECONDS is \"0\"; allowed: a whole number of seconds from 1 to 43200.")]
    [InlineData("WORKER_PORT=tcp://10.0.0.1:80 $P check --create >answer", 0, "")]
    public async Task Exit_codes_reach_the_shell(string script, int code, string firstLine)
    {
        var run = await ShellAsync(script);

        Assert.Equal((code, firstLine), (run.Code, run.Error.Split('\n')[0]));
        Assert.DoesNotContain("   at ", run.Error);
    }

    [Fact]
    public async Task A_reader_that_goes_away_ends_the_program_in_silence()
    {
        var run = await ShellAsync("($P table tasks --jsonl; $P table tasks --jsonl; $P table tasks --jsonl; echo $? >code) | head -1; cat code");

        Assert.Equal("", run.Error);
        Assert.Equal(2, run.Output.TrimEnd().Split('\n').Length);
    }

    [Fact]
    public async Task Two_programs_may_write_to_one_file_one_after_the_other()
    {
        var run = await ShellAsync("($P table tasks --jsonl; $P table tasks --jsonl) >rows; wc -l <rows");

        Assert.Equal("24", run.Output.Trim());
    }

    [Fact]
    public async Task A_full_disk_is_an_error_of_the_output()
    {
        Need.That(File.Exists("/dev/full"), "This test needs /dev/full, which Linux has.");

        var run = await ShellAsync("$P table tasks --jsonl >/dev/full");

        Assert.Equal(74, run.Code);
        Assert.StartsWith("error: No space left on device", run.Error);
    }

    [Fact]
    public async Task A_table_is_inserted_worked_off_and_listed()
    {
        _project.WriteSettings("TQ_MAX_ATTEMPTS=1\nWORKER_CONCURRENCY=4\n");

        var run = await ShellAsync(
            "$P insert-tasks && $P worker --exit-when-empty && $P status && $P results --output r.csv && wc -l <r.csv");

        Assert.Equal(0, run.Code);
        Assert.StartsWith("Queued 12 of 12 rows", run.Output);
        Assert.Contains("done     10 of 12\nfailed   2 ", run.Output);
        Assert.EndsWith("11", run.Output.TrimEnd());

        var again = await ShellAsync("$P failed && $P requeue --all && $P insert-tasks && $P purge --yes");
        Assert.StartsWith("2 tasks failed.", again.Output);
        Assert.Contains("Queued 0 of 12 rows of tasks.feather", again.Output);
        Assert.Contains("(10 are done, 2 were queued already in other runs)", again.Output);
        Assert.Contains("Removed 2 tasks", again.Output);
    }

    [Fact]
    public async Task Rows_run_without_a_queue_and_end_with_75_when_one_fails()
    {
        var one = await ShellAsync("$P run-local --row 0");
        var trials = await ShellAsync("$P run-local --parallel 3");
        var first = await ShellAsync("$P run-local --limit 1 --record");
        var rest = await ShellAsync("$P run-local --parallel 3 --record");
        var none = await ShellAsync("$P run-local --row 12");

        Assert.Equal(0, one.Code);
        Assert.StartsWith("{\"row\":0,\"id\":\"864691135000000001\",\"state\":\"done\",\"result\":{", one.Output);
        Assert.EndsWith("1 row done, not recorded.\n", one.Error);
        Assert.Equal(75, trials.Code);
        Assert.Equal(12, trials.Output.TrimEnd().Split('\n').Length);
        Assert.EndsWith("1 row done.\n", first.Error);
        Assert.Equal(75, rest.Code);
        Assert.Equal(11, rest.Output.TrimEnd().Split('\n').Length);
        Assert.EndsWith("9 rows done, 2 failed. For the stack trace, repeat with --verbose.\n", rest.Error);
        Assert.Equal((65, "error: There is no row 12."), (none.Code, none.Error.Split('\n')[0]));
        Assert.False(File.Exists(_project["queue"]));
    }

    private Task<(int Code, string Output, string Error)> ShellAsync(string script) =>
        BuiltProgram.ShellAsync(_project.Root, script);
}
