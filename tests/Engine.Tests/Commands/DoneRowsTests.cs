using TaskQueue.Contracts;
using TaskQueue.Records;
using TaskQueue.Tests.Records;

namespace TaskQueue.Tests.Commands;

/// <summary>What verbs show of rows that are done, and of those that failed before.</summary>
public sealed class DoneRowsTests : IDisposable
{
    private readonly CommandProject _project = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _project.Dispose();

    [Fact]
    public async Task Results_come_in_the_order_of_the_table_and_each_row_once()
    {
        await _project.RunAsync("insert-tasks --run one");
        DoneRecord[] rows = [Row("c", 2), Row("a", 0), Row("10", 10), Row("b", 1), Row("a", 0) with { Finished = TestRecords.Noon.AddHours(1) }];
        await _project.Records.WriteDoneAsync([.. rows[..3].Select(row => row with { Run = "one" })]);
        await _project.Records.WriteDoneAsync([.. rows[3..].Select(row => row with { Run = "one" })]);

        var run = await _project.RunAsync("results --output r.csv");

        Assert.EndsWith("Wrote 4 rows to r.csv\n", run.Error, StringComparison.Ordinal);
        Assert.Equal(["a", "b", "c", "10"], (await File.ReadAllLinesAsync(_project["r.csv"], Stop)).Skip(1).Select(line => line.Split(',')[0]));
        Assert.Contains("done     4 of 12\n", (await _project.RunAsync("status")).Output);
    }

    [Fact]
    public async Task One_row_is_found_by_its_id()
    {
        await _project.Records.WriteDoneAsync(Row("a", 0), Row("b", 1));
        await _project.Records.Failed.WriteAsync(TestRecords.Failed("c", "it broke"), Stop);

        Assert.Contains("\"id\":\"b\"", Assert.Single((await _project.RunAsync("results --id b")).OutputLines), StringComparison.Ordinal);
        Assert.Contains("it broke", Assert.Single((await _project.RunAsync("results --id c --state all")).OutputLines), StringComparison.Ordinal);
        Assert.Equal("No results yet.\n", (await _project.RunAsync("results --id d")).Error);
    }

    [Fact]
    public async Task A_failure_of_a_row_that_is_done_counts_for_nothing()
    {
        await _project.Records.Failed.WriteAsync(TestRecords.Failed("a", "it broke"), Stop);
        await _project.Records.WriteDoneAsync(Row("a", 0));

        Assert.Contains("\"state\":\"done\"", Assert.Single((await _project.RunAsync("results --state all")).OutputLines), StringComparison.Ordinal);
        Assert.Empty((await _project.RunAsync("results --state failed")).Output);
    }

    [Fact]
    public async Task A_short_log_is_shown_as_a_long_one_is()
    {
        await _project.Records.WriteDoneAsync(Row("a", 0) with { Log = "one\ntwo\n" });
        await _project.Records.WriteLogAsync(CommandProject.Task, null, "b", "three\n"u8.ToArray(), Stop);

        Assert.Equal("one\ntwo\n", (await _project.RunAsync("logs a")).Output);
        Assert.Equal("three\n", (await _project.RunAsync("logs b")).Output);
    }

    [Fact]
    public async Task Lines_that_were_cut_are_passed_over_and_said()
    {
        await _project.Records.WriteDoneAsync(Row("a", 0));
        var segment = Assert.Single(Directory.GetFiles(_project["output"], "*.jsonl", SearchOption.AllDirectories));
        await File.AppendAllTextAsync(segment, "{\"id\":\"b\"", Stop);

        var run = await _project.RunAsync("results");

        Assert.Equal(ExitCode.Done, run.Code);
        Assert.Single(run.OutputLines);
        Assert.StartsWith("warning: 1 line of the done journals passed over", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("insert-tasks")]
    [InlineData("status")]
    [InlineData("logs 1")]
    [InlineData("worker --exit-when-empty")]
    public async Task The_older_layout_is_refused_with_the_command_that_saves_it(string verb)
    {
        await _project.RunAsync("insert-tasks");
        File.Delete(_project["output/.dltaskqueue/layout"]);
        WriteOld("1");

        var run = await _project.RunAsync(verb);

        Assert.Equal(ExitCode.Configuration, run.Code);
        Assert.Contains("older layout", run.Error, StringComparison.Ordinal);
        Assert.Contains("dotnet run results --output done.csv", run.Error, StringComparison.Ordinal);
        Assert.InRange(run.ErrorLines.Count, 1, 3);
    }

    [Fact]
    public async Task The_older_layout_is_read_by_results_alone()
    {
        WriteOld("1");

        var run = await _project.RunAsync("results --output done.csv");

        Assert.EndsWith("Wrote 1 row to done.csv\n", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_newer_layout_is_refused()
    {
        Directory.CreateDirectory(_project["output/.dltaskqueue"]);
        await File.WriteAllTextAsync(_project["output/.dltaskqueue/layout"], "3\n", Stop);

        var run = await _project.RunAsync("insert-tasks");

        Assert.Equal(ExitCode.Configuration, run.Code);
        Assert.StartsWith("error: The records have layout 3; this program reads layout 2.", run.Error, StringComparison.Ordinal);
    }

    private void WriteOld(string id)
    {
        var folder = _project[$"output/.dltaskqueue/done/{CommandProject.Task}"];
        Directory.CreateDirectory(folder);
        File.WriteAllText(
            Path.Join(folder, $"{id}.json"),
            $$"""{"id":"{{id}}","task":"{{CommandProject.Task}}","parameters":{},"result":1,"started":"2026-01-01T00:00:00+00:00","finished":"2026-01-01T00:00:01+00:00","attempt":1,"worker":"w","build":"1","peak_memory_bytes":1}""");
    }

    private static TaskQueue.Records.DoneRecord Row(string id, long row) => TestRecords.Done(id) with { Row = row };
}
