using System.Text.Json;
using TaskQueue.Contracts;
using TaskQueue.Tests.Commands;
using TaskQueue.Tests.Records;

namespace TaskQueue.Tests.Runs;

/// <summary>Names of runs, and the verbs that mean one.</summary>
public sealed class RunVerbTests : IDisposable
{
    private readonly CommandProject _project = new();

    public void Dispose() => _project.Dispose();

    [Theory]
    [InlineData("a/b")]
    [InlineData("..")]
    [InlineData("a.b")]
    [InlineData("Spring")]
    [InlineData("🌍")]
    [InlineData("-a")]
    [InlineData("ａ")]
    public async Task A_name_that_is_none_is_refused_and_nothing_is_queued(string name)
    {
        foreach (var verb in (string[])["insert-tasks --run", "status --run", "cancel", "delete-run --yes", "requeue --all --run"])
        {
            // Elsewhere, a name that begins like an option is one.
            if (name.StartsWith('-') && !verb.Contains("--run", StringComparison.Ordinal))
                continue;
            await _project.RunAsync("check --create");
            var run = await _project.RunAsync($"{verb} {name}");
            Assert.Equal((verb, ExitCode.Usage), (verb, run.Code));
            Assert.Contains("is no name of a run", run.Error, StringComparison.Ordinal);
        }
        Assert.Contains("queued   0\n", (await _project.RunAsync("status")).Output);
    }

    [Theory]
    [InlineData("status --run sprin-2026")]
    [InlineData("failed --run sprin-2026")]
    [InlineData("requeue --all --run sprin-2026")]
    [InlineData("logs x --run sprin-2026")]
    [InlineData("cancel sprin-2026")]
    [InlineData("delete-run sprin-2026 --yes")]
    public async Task A_run_that_is_unknown_is_refused_and_the_nearest_is_named(string verb)
    {
        await _project.RunAsync("insert-tasks --run spring-2026");

        var run = await _project.RunAsync(verb);

        Assert.Equal(ExitCode.BadInput, run.Code);
        Assert.Contains("There is no run sprin-2026.", run.Error, StringComparison.Ordinal);
        Assert.Contains("Did you mean spring-2026?", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_takes_no_other_table_and_goes_on_with_its_own()
    {
        var first = await _project.RunAsync("insert-tasks --run one --limit 4");
        File.Copy(_project["tasks.feather"], _project["copy.feather"]);
        var same = await _project.RunAsync("insert-tasks --run one --table copy.feather");
        await File.AppendAllTextAsync(_project["copy.feather"], " ", TestContext.Current.CancellationToken);
        var other = await _project.RunAsync("insert-tasks --run one --table copy.feather");
        var again = await _project.RunAsync("insert-tasks --run one --again");

        Assert.Contains("Run one. How far it is: dotnet run status --run one", first.Output);
        Assert.Contains("Queued 8 of 12 rows", same.Output);
        Assert.Equal(ExitCode.BadInput, other.Code);
        Assert.Contains("was begun without --again", again.Error);
        Assert.Equal((12, 12), (await _project.ReadRunAsync()) is var run ? (run.Total, run.Queued) : default);
        Assert.Contains("queued   12\n", (await _project.RunAsync("status")).Output);
    }

    [Fact]
    public async Task An_insert_that_queues_nothing_makes_no_run()
    {
        await _project.RunAsync("insert-tasks --run one");
        await _project.RunAsync("insert-tasks --run two");

        Assert.Equal("one", (await _project.ReadRunAsync()).Run);
    }

    [Fact]
    public async Task Verbs_mean_the_newest_of_several_runs_and_say_so()
    {
        await _project.RunAsync("insert-tasks --run one --limit 2");
        await _project.ParkAsync("one", ("a", "x"));
        await _project.RunAsync("insert-tasks --run two");

        var newest = await _project.RunAsync("failed");
        var all = await _project.RunAsync("failed --all-runs");
        var status = await _project.RunAsync("status");

        Assert.Contains("Of the newest of 2 runs, two; others: --run NAME, --all-runs", newest.Error);
        Assert.Contains("No task has failed for good. 1 task of other runs did: --all-runs", newest.Output);
        Assert.Contains("1 task failed.", all.Output);
        Assert.StartsWith("run      two, pending", status.Output);
        Assert.Equal(ExitCode.BadInput, (await _project.RunAsync("requeue a")).Code);
        Assert.Contains("Put 1 task back", (await _project.RunAsync("requeue a --run one")).Output);
        Assert.Equal(ExitCode.Usage, (await _project.RunAsync("failed --run one --all-runs")).Code);
    }

    [Fact]
    public async Task The_runs_are_listed_with_their_counts_and_sizes()
    {
        await _project.RunAsync("insert-tasks --run one");
        await _project.Records.WriteDoneAsync(TestRecords.Done("b") with { Run = "one" });
        await _project.RunAsync("cancel one");

        var text = await _project.RunAsync("runs");
        var json = JsonElement.Parse((await _project.RunAsync("runs --json")).Output)[0];

        Assert.Contains("one  cancelled", text.Output, StringComparison.Ordinal);
        Assert.Equal(("cancelled", 12, 1, 0), (
            json.GetProperty("state").GetString(), json.GetProperty("rows").GetInt32(), json.GetProperty("done").GetInt32(), json.GetProperty("queued").GetInt32()));
        Assert.InRange(json.GetProperty("bytes").GetInt64(), 100, 10_000);
        Assert.Equal(64, json.GetProperty("table_hash").GetString()!.Length);
        Assert.Equal(ExitCode.BadInput, (await _project.RunAsync("insert-tasks --run one")).Code);
        Assert.Contains("queued   0\n", (await _project.RunAsync("status")).Output);
    }

    [Fact]
    public async Task One_row_is_found_wherever_it_is()
    {
        await _project.RunAsync("insert-tasks --run one --limit 1");
        await _project.ParkAsync("one", ("bad", "x"));
        await _project.Records.WriteDoneAsync(TestRecords.Done("b") with { Run = "one" });

        Assert.Contains("bad of echo: failed", (await _project.RunAsync("status bad")).Output);
        Assert.Contains("b of echo: done at 2026-05-01 12:00:01 UTC in run one by w1", (await _project.RunAsync("status b")).Output);
        Assert.Contains("nowhere: not finished in run one", (await _project.RunAsync("status nowhere")).Output);
        Assert.Contains("nowhere: neither queued nor done", (await _project.RunAsync("status nowhere --all-runs")).Output);
    }

    /// <summary>An id that is a hash tells nobody which row it is.</summary>
    [Fact]
    public async Task A_failed_row_has_its_number_beside_its_id()
    {
        await _project.RunAsync("insert-tasks --run one --limit 1");
        await _project.ParkAsync("one", ("bad", "x"));
        await _project.Records.Failed.WriteAsync(TestRecords.Failed("bad", "x") with { Run = "one", Row = 3 }, TestContext.Current.CancellationToken);

        Assert.Contains("bad of echo: failed, row 3 of the table (see: dotnet run logs)", (await _project.RunAsync("status bad")).Output);
        Assert.Matches(@"id +row +task .*\n +bad +3 +echo ", (await _project.RunAsync("failed")).Output);
        Assert.Contains("Row 3, run one\n", (await _project.RunAsync("logs bad")).Error);
    }

    [Fact]
    public async Task Waiting_ends_with_the_run_and_tells_whether_tasks_failed()
    {
        await _project.RunAsync("insert-tasks --run one --limit 1");
        var waiting = _project.RunAsync("status --wait --on-done true");
        await _project.RunAsync("cancel one");

        Assert.Equal(ExitCode.PartDone, (await waiting).Code);
        Assert.Equal(ExitCode.Usage, (await _project.RunAsync("status --on-done true")).Code);
    }

    [Fact]
    public async Task Results_are_those_of_all_runs_or_of_one()
    {
        await _project.RunAsync("insert-tasks --run one");
        await _project.Records.WriteDoneAsync(TestRecords.Done("a") with { Run = "one" });
        await _project.Records.WriteDoneAsync(TestRecords.Done("b") with { Run = "two" });

        Assert.Equal(2, (await _project.RunAsync("results")).OutputLines.Count);
        Assert.Contains("\"id\":\"a\"", Assert.Single((await _project.RunAsync("results --run one")).OutputLines), StringComparison.Ordinal);
        Assert.Equal(ExitCode.BadInput, (await _project.RunAsync("results --run two")).Code);
    }

    [Fact]
    public async Task Results_come_as_rows_end_until_the_run_is_over()
    {
        await _project.RunAsync("insert-tasks --run one");
        await _project.Records.WriteDoneAsync(TestRecords.Done("a") with { Run = "one" });
        var following = _project.RunAsync("results --follow --state all");
        await _project.Records.WriteDoneAsync(TestRecords.Done("b") with { Run = "one" });
        await _project.Records.Failed.WriteAsync(TestRecords.Failed("c", "x") with { Run = "one" }, TestContext.Current.CancellationToken);
        await _project.RunAsync("cancel one");

        var run = await following;

        Assert.Equal(ExitCode.Done, run.Code);
        Assert.Equal(["a", "b", "c"], run.OutputLines.Select(line => JsonElement.Parse(line).GetProperty("id").GetString()).Order(StringComparer.Ordinal));
        Assert.Equal(ExitCode.Usage, (await _project.RunAsync("results --follow --output x.csv")).Code);
    }
}
