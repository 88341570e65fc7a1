using TaskQueue.Contracts;
using TaskQueue.Records;
using TaskQueue.Tables;
using TaskQueue.Tests.Tables;

namespace TaskQueue.Tests.Commands;

/// <summary><c>results --output x.feather</c>: what other libraries read, and with which types.</summary>
public sealed class FeatherResultsTests : IDisposable
{
    private readonly CommandProject _project = new();

    public void Dispose() => _project.Dispose();

    [Fact]
    public async Task Parameters_keep_their_types_and_results_have_those_of_all_their_values()
    {
        await WriteAsync(
            TestRecords.Done("1", """{"id":1,"value":1}""", """{"value":2,"count":864691135000000001,"share":3,"ok":true}"""),
            TestRecords.Done("2", """{"id":2,"value":"NaN"}""", """{"value":2,"count":-5,"share":0.5,"mixed":1}"""),
            TestRecords.Done("3", """{"id":3,"act":null}""", """{"value":null,"mixed":"a","list":[1,2],"part":{"x":1}}"""));

        var run = await _project.RunAsync("results --output r.feather");

        Assert.Equal((ExitCode.Done, "", "Wrote 3 rows to r.feather\n"), (run.Code, run.Output, run.Error));
        Assert.Equal(
            [
                "id int64", "value float64", "act utf8", "result_value float64", "count int64", "list utf8", "mixed utf8",
                "ok bool", "part utf8", "share float64", "attempt int64", "seconds float64", "finished timestamp[us, UTC]",
            ],
            Columns());
        Assert.Equal(
            [
                Line(1, "1", "2", "864691135000000001", "null", "null", "true", "null", "3"),
                Line(2, "\"NaN\"", "2", "-5", "null", "\"1\"", "null", "null", "0.5"),
                Line(3, "null", "null", "null", "\"[1,2]\"", "\"a\"", "null", "\"{\\\"x\\\":1}\"", "null"),
            ],
            Rows.Read(_project["r.feather"]).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("tables/print-arrow.mjs",
        "id: Int64, value: Float64, result_value: Float64, big: Utf8, name: Utf8, attempt: Int64, seconds: Float64, finished: Timestamp<MICROSECOND, UTC>",
        """{"id":"864691135000000001","value":0.5,"result_value":2,"big":"18446744073709551615","name":"Ørsted \"x\"","attempt":"1","seconds":1.5,"finished":1777636801500}""")]
    [InlineData("tables/print-polars.mjs",
        "id: Int64, value: Float64, result_value: Float64, big: String, name: String, attempt: Int64, seconds: Float64, finished: Datetime(us,UTC)",
        """{"id":"864691135000000001","value":"0.5","result_value":"2.0","big":"18446744073709551615","name":"Ørsted \"x\"","attempt":"1","seconds":"1.5","finished":"2026-05-01 12:00:01.500000+00:00"}""")]
    public async Task Other_libraries_read_what_the_verb_wrote(string script, string columns, string row)
    {
        await WriteAsync(TestRecords.Done(
            "864691135000000001", """{"id":864691135000000001,"value":0.5}""",
            """{"value":2,"big":18446744073709551615,"name":"Ørsted \"x\""}"""));
        await _project.RunAsync("results --output r.feather");

        var printed = await Node.RunScript(script, _project["r.feather"]);

        Assert.Equal([columns, row], printed.TrimEnd().Split('\n'));
    }

    [Fact]
    public async Task A_result_that_is_no_object_is_a_column_of_its_own()
    {
        await WriteAsync(TestRecords.Done("1", """{"id":1,"value":1}""", "7"), TestRecords.Done("2", """{"id":2,"value":1}""", "8"));

        await _project.RunAsync("results --output r.feather");

        Assert.Contains("result int64", Columns());
    }

    [Fact]
    public async Task Failed_rows_have_their_error()
    {
        await _project.Records.WriteFailedAsync(TestRecords.Failed("2", "It broke."), TestContext.Current.CancellationToken);

        await _project.RunAsync("results --state failed --output r.feather");

        Assert.Equal(
            """{"id":2,"state":"failed","error":"System.IO.InvalidDataException: It broke.","attempt":5,"seconds":0,"finished":"2026-05-01T12:00:00Z"}""",
            Assert.Single(Rows.Read(_project["r.feather"])));
    }

    [Fact]
    public async Task Without_results_the_file_is_a_table_without_rows()
    {
        await _project.RunAsync("results --output r.feather");

        Assert.Equal(["id int64", "attempt int64", "seconds float64", "finished timestamp[us, UTC]"], Columns());
        Assert.Empty(Rows.Read(_project["r.feather"]));
    }

    [Fact]
    public async Task A_table_of_results_can_be_the_parameter_table_of_the_next_task()
    {
        await WriteAsync(TestRecords.Done("864691135000000001", """{"id":864691135000000001,"value":0.5}"""));
        await _project.RunAsync("results --output r.feather");

        var run = await _project.RunAsync("insert-tasks --no-filter --table r.feather");

        Assert.Equal(ExitCode.Done, run.Code);
        Assert.Contains("Inserting 1/1 tasks", run.Error, StringComparison.Ordinal);
    }

    private static string Line(
        int id, string value, string result, string count, string list, string mixed, string ok, string part, string share) =>
        $$"""{"id":{{id}},"value":{{value}},"act":null,"result_value":{{result}},"count":{{count}},"list":{{list}},"mixed":{{mixed}},"ok":{{ok}},"part":{{part}},"share":{{share}},"attempt":1,"seconds":1.5,"finished":"2026-05-01T12:00:01.5Z"}""";

    private List<string> Columns()
    {
        using var table = FeatherTable.Open(_project["r.feather"]);
        return [.. table.Columns.Select(column => $"{column.Name} {column.Type}")];
    }

    private async Task WriteAsync(params DoneRecord[] records)
    {
        foreach (var record in records)
            await _project.Records.WriteDoneAsync(record, TestContext.Current.CancellationToken);
    }
}
