using System.Text.Json;
using TaskQueue.Contracts;
using TaskQueue.Records;
using TaskQueue.Tests.Records;

namespace TaskQueue.Tests.Commands;

public sealed class ResultsVerbTests : IDisposable
{
    private readonly CommandProject _project = new();

    public void Dispose() => _project.Dispose();

    [Fact]
    public async Task Without_output_each_row_is_a_line_of_json()
    {
        await WriteAsync(TestRecords.Done("a", """{"id":864691135000000001}""", """{"share":0.5}"""));

        var run = await _project.RunAsync("results");

        var row = JsonDocument.Parse(Assert.Single(run.OutputLines)).RootElement;
        Assert.Equal(("done", "a"), (row.GetProperty("state").GetString(), row.GetProperty("id").GetString()));
        Assert.Equal("864691135000000001", row.GetProperty("parameters").GetProperty("id").GetRawText());
        Assert.Equal(0.5, row.GetProperty("result").GetProperty("share").GetDouble());
        Assert.Equal(1, row.GetProperty("attempt").GetInt32());
    }

    [Fact]
    public async Task Without_results_only_the_story_says_so()
    {
        var run = await _project.RunAsync("results");

        Assert.Equal((ExitCode.Done, "", "No results yet.\n"), (run.Code, run.Output, run.Error));
    }

    [Fact]
    public async Task A_csv_has_the_declared_columns_with_an_origin_where_names_collide_and_the_rest_in_other()
    {
        await WriteAsync(
            TestRecords.Done("1", """{"id":1,"value":1.50,"tags":["a","b"]}""", """{"value":2,"note":"=x, \"y\""}"""),
            TestRecords.Done("2", """{"id":2,"value":1e300,"act":""}""", """{"value":"new","attempt":9}"""),
            TestRecords.Done("3", """{"id":3}""", "7"),
            TestRecords.Done("x", """{"id":4,"value":1,"act":null}""", "null"));

        var run = await _project.RunAsync("results --output r.csv");

        Assert.Equal((ExitCode.Done, "", "Wrote 4 rows to r.csv\n"), (run.Code, run.Output, run.Error));
        var lines = await ReadCsvAsync("r.csv");
        Assert.Equal("id,value,act,result_value,result_attempt,attempt,seconds,finished,other", lines[0]);
        Assert.Equal(
            [
                "1,1.50,,2,,1,1.5,2026-05-01T12:00:01.500Z," + Quoted("""{"parameters":{"tags":["a","b"]},"result":{"note":"=x, \"y\""}}"""),
                "2,1e300,\"\",new,9,1,1.5,2026-05-01T12:00:01.500Z,",
                "3,,,,,1,1.5,2026-05-01T12:00:01.500Z," + Quoted("""{"result":7}"""),
                "x,1,,,,1,1.5,2026-05-01T12:00:01.500Z," + Quoted("""{"parameters":{"id":4}}"""),
            ],
            lines[1..].Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Failed_rows_have_their_error()
    {
        await WriteAsync(TestRecords.Done("1", """{"id":1}""", """{"value":2}"""));
        await _project.Records.Failed.WriteAsync(
            TestRecords.Failed("2", "It broke."), TestContext.Current.CancellationToken);

        await _project.RunAsync("results --state all --output r.csv");
        await _project.RunAsync("results --state failed --output r.jsonl");

        var lines = await ReadCsvAsync("r.csv");
        Assert.Equal("id,state,value,act,result_value,result_attempt,error,attempt,seconds,finished,other", lines[0]);
        Assert.Equal("1,done,,,2,,,1,1.5,2026-05-01T12:00:01.500Z,", lines[1]);
        Assert.Equal("2,failed,,,,,System.IO.InvalidDataException: It broke.,5,0,2026-05-01T12:00:00.000Z,", lines[2]);
        var row = JsonDocument.Parse(Assert.Single(await ReadCsvAsync("r.jsonl"))).RootElement;
        Assert.Equal("It broke.", row.GetProperty("message").GetString());
        Assert.False(row.TryGetProperty("result", out _));
    }

    [Fact]
    public async Task An_earlier_file_is_replaced_and_no_other_is_left_behind()
    {
        await File.WriteAllTextAsync(_project["r.csv"], "old", TestContext.Current.CancellationToken);

        await _project.RunAsync("results --output r.csv");

        Assert.Equal(["id,value,act,result_value,result_attempt,attempt,seconds,finished,other"], await ReadCsvAsync("r.csv"));
        Assert.Equal(["r.csv", "tasks.feather"], Directory.GetFiles(_project.Root).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_damaged_record_leaves_the_earlier_file_as_it_was()
    {
        await File.WriteAllTextAsync(_project["r.csv"], "old", TestContext.Current.CancellationToken);
        await _project.Records.Failed.WriteAsync(TestRecords.Failed("1", "it broke"), TestContext.Current.CancellationToken);
        // In any file.
        foreach (var record in Directory.GetFiles(_project["output"], "*", SearchOption.AllDirectories))
            await File.WriteAllTextAsync(record, "{", TestContext.Current.CancellationToken);

        var run = await _project.RunAsync("results --state failed --output r.csv");

        Assert.Equal(ExitCode.InputOutput, run.Code);
        Assert.Equal(["old"], await ReadCsvAsync("r.csv"));
        Assert.Equal(2, Directory.GetFiles(_project.Root).Length);
    }

    [Theory]
    [InlineData("nowhere/r.csv", "There is no folder ")]
    [InlineData("config.csv", "")]
    public async Task A_file_that_cannot_be_written_is_an_error(string output, string what)
    {
        Directory.CreateDirectory(_project["config.csv"]);

        var run = await _project.RunAsync($"results --output {output}");

        Assert.Equal(ExitCode.InputOutput, run.Code);
        Assert.StartsWith($"error: {what}", run.ErrorLines[0]);
    }

    private static string Quoted(string json) => $"\"{json.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private async Task<string[]> ReadCsvAsync(string name) =>
        await File.ReadAllLinesAsync(_project[name], TestContext.Current.CancellationToken);

    private async Task WriteAsync(params DoneRecord[] records)
    {
        foreach (var record in records)
            await _project.Records.WriteDoneAsync(record);
    }
}
