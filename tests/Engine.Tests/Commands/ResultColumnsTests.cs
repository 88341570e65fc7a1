using System.Text.Json;
using TaskQueue.Contracts;
using TaskQueue.Records;
using TaskQueue.Tables;
using TaskQueue.Tests.Records;
using TaskQueue.Tests.Tables;

namespace TaskQueue.Tests.Commands;

/// <summary><c>results --columns</c>: which columns there are to choose, and what becomes of wrong ones.</summary>
public sealed class ResultColumnsTests : IDisposable
{
    private readonly CommandProject _project = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _project.Dispose();

    [Fact]
    public async Task Chosen_columns_stand_in_the_order_in_which_they_were_asked_for()
    {
        await WriteAsync(TestRecords.Done("2", """{"id":2,"value":1.50}""", """{"value":2,"attempt":1}""") with { Row = 7 });

        await _project.RunAsync("results --columns result_value,arguments,row,id,worker,result --output r.csv");

        Assert.Equal(
            ["result_value,arguments,row,id,worker,result", "2,\"{\"\"id\"\":2,\"\"value\"\":1.50}\",7,2,w1,\"{\"\"value\"\":2,\"\"attempt\"\":1}\""],
            await File.ReadAllLinesAsync(_project["r.csv"], Stop));
    }

    [Fact]
    public async Task Lines_of_json_have_the_values_as_they_stand()
    {
        await WriteAsync(TestRecords.Done("2", """{"id":864691135000000001,"tags":["a"]}""", """{"value":1.50}"""));

        var run = await _project.RunAsync("results --columns arguments,result,result_value,result_url,started,other");

        Assert.Equal(
            """{"arguments":{"id":864691135000000001,"tags":["a"]},"result":{"value":1.50},"result_value":1.50,"result_url":null,"started":"2026-05-01T12:00:00+00:00","other":{"parameters":{"id":864691135000000001,"tags":["a"]}}}""",
            Assert.Single(run.OutputLines));
    }

    [Fact]
    public async Task Feather_has_chosen_columns_with_their_types()
    {
        await WriteAsync(TestRecords.Done("2", """{"id":2}""", """{"value":2,"attempt":1}""") with { Row = 7 });

        await _project.RunAsync("results --columns row,started,result_attempt,peak_memory_bytes,arguments --output r.feather");

        using var table = FeatherTable.Open(_project["r.feather"]);
        Assert.Equal(
            ["row int64", "started timestamp[us, UTC]", "result_attempt int64", "peak_memory_bytes int64", "arguments utf8"],
            table.Columns.Select(column => $"{column.Name} {column.Type}"));
        Assert.Equal(
            """{"row":7,"started":"2026-05-01T12:00:00Z","result_attempt":1,"peak_memory_bytes":1,"arguments":"{\"id\":2}"}""",
            Assert.Single(Rows.Read(_project["r.feather"])));
    }

    [Theory]
    [InlineData("result_valeu", "--columns names 'result_valeu', which no row has.", "Did you mean result_value?")]
    [InlineData("id,elsewhere", "--columns names 'elsewhere', which no row has.", "See: dotnet run help results")]
    [InlineData("id,,value", "--columns names '', which no row has.", "See: dotnet run help results")]
    [InlineData("id,value,id", "--columns names 'id' twice.", null)]
    public async Task A_column_that_no_row_has_is_refused_by_name_before_a_file_is_written(string columns, string what, string? next)
    {
        await File.WriteAllTextAsync(_project["r.csv"], "old", Stop);

        var run = await _project.RunAsync($"results --columns {columns} --output r.csv");

        Assert.Equal((ExitCode.Usage, ""), (run.Code, run.Output));
        Assert.Equal($"error: {what}", run.ErrorLines[0]);
        Assert.InRange(run.ErrorLines.Count, 1, 3);
        if (next is not null)
            Assert.Equal(next, run.ErrorLines[^1].Trim());
        Assert.Equal("old", await File.ReadAllTextAsync(_project["r.csv"], Stop));
    }

    [Fact]
    public async Task Logs_come_from_the_record_or_from_their_file()
    {
        await WriteAsync(TestRecords.Done("1") with { Row = 0, Log = "short\n" }, TestRecords.Done("2") with { Row = 1 }, TestRecords.Done("3") with { Row = 2 });
        await _project.Records.WriteLogAsync(CommandProject.Task, null, "2", "long\n"u8.ToArray(), Stop);

        var run = await _project.RunAsync("results --columns id,log");

        Assert.Equal(
            ["""{"id":"1","log":"short\n"}""", """{"id":"2","log":"long\n"}""", """{"id":"3","log":null}"""], run.OutputLines);
    }

    [Fact]
    public async Task A_url_is_of_the_first_object_that_the_result_names_and_empty_where_there_is_none()
    {
        await WriteAsync(
            TestRecords.Done("1", "{}", """{"note":"fine","path":"tiles/a b#.tif"}""") with { Row = 0 },
            TestRecords.Done("2", "{}", """{"files":["x/b.tif","x/c.tif"]}""") with { Row = 1 },
            TestRecords.Done("3", "{}", "\"output/d.tif\"") with { Row = 2 },
            TestRecords.Done("4", "{}", """["../e.tif",".dltaskqueue/layout.txt",7]""") with { Row = 3 });

        var run = await _project.RunAsync("results --columns result_url");

        Assert.Equal([null, "x/b.tif", "d.tif", null], run.OutputLines.Select(UrlOf));

        string? UrlOf(string line) => JsonDocument.Parse(line).RootElement.GetProperty("result_url").GetString()?
            .Replace(new Uri(_project["output"]).AbsoluteUri + "/", "", StringComparison.Ordinal);
    }

    private async Task WriteAsync(params DoneRecord[] records)
    {
        foreach (var record in records)
            await _project.Records.WriteDoneAsync(record);
    }
}
