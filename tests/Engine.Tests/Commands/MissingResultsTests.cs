using System.Text.Json;
using TaskQueue.Contracts;
using TaskQueue.Tests.Records;

namespace TaskQueue.Tests.Commands;

/// <summary><c>results --missing</c>: the rows of the table that have no record.</summary>
public sealed class MissingResultsTests : IDisposable
{
    private readonly CommandProject _project = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _project.Dispose();

    [Fact]
    public async Task Rows_without_a_record_follow_in_the_order_of_the_table()
    {
        var table = await ReadTableAsync();
        await WriteAsync(done: table[3], failed: table[5]);

        var run = await _project.RunAsync("results --missing --state all");

        var rows = run.OutputLines.Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal(["done", "failed", .. Enumerable.Repeat("missing", table.Count - 2)], rows.Select(row => row.GetProperty("state").GetString()));
        Assert.Equal([table[3], table[5], .. table.Where((_, row) => row is not (3 or 5))], rows.Select(row => row.GetProperty("id").GetString()));
        Assert.Equal(table.Count - 1, rows[^1].GetProperty("row").GetInt32());
        Assert.Equal(table[^1], rows[^1].GetProperty("parameters").GetProperty("id").GetRawText());
        Assert.False(rows[^1].TryGetProperty("finished", out _));
    }

    [Theory]
    [InlineData("done", 11)]
    [InlineData("failed", 11)]
    public async Task Failed_and_done_rows_are_not_missing_whether_or_not_they_are_shown(string state, int rows)
    {
        var table = await ReadTableAsync();
        await WriteAsync(done: table[3], failed: table[5]);

        var run = await _project.RunAsync($"results --missing --state {state} --columns id,state,attempt,finished,worker --output r.csv");

        Assert.Equal((ExitCode.Done, $"Wrote {rows} rows to r.csv\n"), (run.Code, run.Error));
        var lines = await File.ReadAllLinesAsync(_project["r.csv"], Stop);
        Assert.StartsWith($"{(state == "done" ? table[3] : table[5])},{state},", lines[1], StringComparison.Ordinal);
        Assert.Equal(table.Where((_, row) => row is not (3 or 5)).Select(id => $"{id},missing,,,"), lines[2..]);
    }

    [Fact]
    public async Task One_row_is_missing_or_it_is_not()
    {
        var table = await ReadTableAsync();
        await WriteAsync(done: table[3], failed: table[5]);

        Assert.Contains("\"missing\"", Assert.Single((await _project.RunAsync($"results --missing --id {table[0]}")).OutputLines), StringComparison.Ordinal);
        Assert.Contains("\"done\"", Assert.Single((await _project.RunAsync($"results --missing --id {table[3]}")).OutputLines), StringComparison.Ordinal);
        Assert.Equal("No results yet.\n", (await _project.RunAsync("results --missing --id nobody")).Error);
    }

    [Theory]
    [InlineData("results --missing --table nowhere", ExitCode.BadInput, "error: There is no such parameter table.")]
    [InlineData("results --missing --set valeu=1", ExitCode.Usage, "error: Task echo has no parameter 'valeu' to set.")]
    [InlineData("results --table tasks", ExitCode.Usage, "error: --table and --set are for the rows of --missing.")]
    public async Task A_table_that_cannot_be_read_is_an_error(string arguments, ExitCode code, string what)
    {
        var run = await _project.RunAsync(arguments);

        Assert.Equal((code, what), (run.Code, run.ErrorLines[0]));
    }

    private async Task WriteAsync(string done, string failed)
    {
        await _project.Records.WriteDoneAsync(TestRecords.Done(done));
        await _project.Records.Failed.WriteAsync(TestRecords.Failed(failed, "it broke"), Stop);
    }

    private async Task<List<string>> ReadTableAsync() =>
        [.. (await _project.RunAsync("table tasks.feather --jsonl")).OutputLines.Select(line => JsonDocument.Parse(line).RootElement.GetProperty("id").GetRawText())];
}
