using TaskQueue.Contracts;
using TaskQueue.Records;
using TaskQueue.Tables;
using TaskQueue.Tests.Records;
using TaskQueue.Tests.Tables;

namespace TaskQueue.Tests.Commands;

/// <summary><c>results --output x.feather</c>: what other libraries read, and with which types.</summary>
public sealed class FeatherResultsTests : IDisposable
{
    private readonly CommandProject _project = new();

    public void Dispose() => _project.Dispose();

    [Fact]
    public async Task Columns_have_the_types_that_the_task_declares_and_the_rest_is_in_other()
    {
        await WriteAsync(
            TestRecords.Done("1", """{"id":1,"value":1}""", """{"value":2,"attempt":1}"""),
            TestRecords.Done("2", """{"id":2,"value":"NaN","act":"x"}""", """{"value":0.5,"attempt":1.5,"list":[1,2],"part":{"x":1}}"""),
            TestRecords.Done("3", """{"id":3,"act":null,"old":"é"}""", "7"));

        var run = await _project.RunAsync("results --output r.feather");

        Assert.Equal((ExitCode.Done, "", "Wrote 3 rows to r.feather\n"), (run.Code, run.Output, run.Error));
        Assert.Equal(Types, Columns());
        Assert.Equal(
            [
                Line(1, "1", "null", "2", "1", "null"),
                Line(2, "\"NaN\"", "\"x\"", "0.5", "null", """ "{\"result\":{\"attempt\":1.5,\"list\":[1,2],\"part\":{\"x\":1}}}" """),
                Line(3, "null", "null", "null", "null", """ "{\"parameters\":{\"old\":\"é\"},\"result\":7}" """),
            ],
            Rows.Read(_project["r.feather"]).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("tables/print-arrow.mjs",
        "id: Int64, value: Float64, act: Utf8, result_value: Float64, result_attempt: Int64, attempt: Int64, seconds: Float64, finished: Timestamp<MICROSECOND, UTC>, other: Utf8",
        """{"id":"864691135000000001","value":0.5,"act":"Ørsted \"x\"","result_value":2,"result_attempt":"9223372036854775807","attempt":"1","seconds":1.5,"finished":1777636801500,"other":null}""")]
    [InlineData("tables/print-polars.mjs",
        "id: Int64, value: Float64, act: String, result_value: Float64, result_attempt: Int64, attempt: Int64, seconds: Float64, finished: Datetime(us,UTC), other: String",
        """{"id":"864691135000000001","value":"0.5","act":"Ørsted \"x\"","result_value":"2.0","result_attempt":"9223372036854775807","attempt":"1","seconds":"1.5","finished":"2026-05-01 12:00:01.500000+00:00","other":null}""")]
    public async Task Other_libraries_read_what_the_verb_wrote(string script, string columns, string row)
    {
        await WriteAsync(TestRecords.Done(
            "864691135000000001", """{"id":864691135000000001,"value":0.5,"act":"Ørsted \"x\""}""",
            """{"value":2,"attempt":9223372036854775807}"""));
        await _project.RunAsync("results --output r.feather");

        var printed = await Node.RunScript(script, _project["r.feather"]);

        Assert.Equal([columns, row], printed.TrimEnd().Split('\n'));
    }

    [Fact]
    public async Task Failed_rows_have_their_error()
    {
        await _project.Records.Failed.WriteAsync(TestRecords.Failed("2", "It broke."), TestContext.Current.CancellationToken);

        await _project.RunAsync("results --state failed --output r.feather");

        Assert.Equal(
            """{"id":2,"state":"failed","value":null,"act":null,"result_value":null,"result_attempt":null,"error":"System.IO.InvalidDataException: It broke.","attempt":5,"seconds":0,"finished":"2026-05-01T12:00:00Z","other":null}""",
            Assert.Single(Rows.Read(_project["r.feather"])));
    }

    [Fact]
    public async Task Without_results_the_file_is_a_table_without_rows()
    {
        await _project.RunAsync("results --output r.feather");

        Assert.Equal(Types, Columns());
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

    private static string[] Types =>
    [
        "id int64", "value float64", "act utf8", "result_value float64", "result_attempt int64", "attempt int64",
        "seconds float64", "finished timestamp[us, UTC]", "other utf8",
    ];

    private static string Line(int id, string value, string act, string result, string attempt, string other) =>
        $$"""{"id":{{id}},"value":{{value}},"act":{{act}},"result_value":{{result}},"result_attempt":{{attempt}},"attempt":1,"seconds":1.5,"finished":"2026-05-01T12:00:01.5Z","other":{{other.Trim()}}}""";

    private List<string> Columns()
    {
        using var table = FeatherTable.Open(_project["r.feather"]);
        return [.. table.Columns.Select(column => $"{column.Name} {column.Type}")];
    }

    private async Task WriteAsync(params DoneRecord[] records)
    {
        foreach (var record in records)
            await _project.Records.WriteDoneAsync(record);
    }
}
