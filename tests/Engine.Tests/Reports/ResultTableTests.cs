using System.Text.Json;
using System.Text.Json.Serialization;
using TaskQueue.Binding;
using TaskQueue.Contracts;
using TaskQueue.Records;
using TaskQueue.Reports.Results;
using TaskQueue.Tests.Binding;

namespace TaskQueue.Tests.Reports;

/// <summary>Which columns a table of results has, and that every value of a row is in one of them.</summary>
public sealed class ResultTableTests
{
    private const string Name = "test-task`2";

    private sealed record Cell([property: TaskId] string Name, decimal? Price = null);

    private sealed record Numbered([property: TaskId] long Id);

    private enum Season { Winter, Summer }

    private sealed record Measures(
        bool Ok, byte Band, long Count, ulong Huge, float Share, double Mean, decimal Price, DateOnly Day, DateTime Clock,
        DateTimeOffset Moment, string Text, Season Season, int[] List, Cell Part, JsonElement Any, TimeSpan Took)
    {
        [JsonIgnore]
        public int Hidden { get; init; } = 1;

        [JsonExtensionData]
        public Dictionary<string, JsonElement>? More { get; init; }
    }

    [Fact]
    public void Columns_are_those_that_the_task_declares_and_not_those_of_the_rows() => Assert.Equal(
        [
            "name Text", "price Float", "ok Boolean", "band Integer", "count Integer", "huge Integer", "share Float",
            "mean Float", "result_price Float", "day Date", "clock Timestamp", "moment Timestamp UTC", "text Text", "season Text",
            "list Text", "part.name Text", "part.price Float", "any Text", "took Text", "attempt Integer", "seconds Float", "finished Timestamp UTC", "other Text",
        ],
        Columns(Table<Cell, Measures>()));

    [Fact]
    public void Without_types_all_parameters_and_results_are_texts() => Assert.Equal(
        ["name Text", "state Text", "price Text", "result Text", "error Text", "attempt Integer", "seconds Float", "finished Timestamp UTC", "other Text"],
        Columns(new ResultTable(new([TestTask<Cell, int>.Definition], HasStates: true), ResultForm.Text)));

    [Theory]
    [InlineData("ok", "true", "True")]
    [InlineData("band", "255", "255")]
    [InlineData("count", "-9223372036854775808", "-9223372036854775808")]
    [InlineData("huge", "9223372036854775807", "9223372036854775807")]
    [InlineData("share", "0.1", "0.1")]
    [InlineData("mean", "1E+300", "1E+300")]
    [InlineData("mean", "2", "2")]
    [InlineData("mean", "\"NaN\"", "NaN")]
    [InlineData("price", "0.00012345678901234567", "0.00012345678901234567")]
    [InlineData("day", "\"2024-02-29\"", "02/29/2024")]
    [InlineData("clock", "\"2024-02-29T12:00:00.123456\"", "02/29/2024 12:00:00 +00:00")]
    [InlineData("moment", "\"2024-02-29T12:00:00.123456+02:00\"", "02/29/2024 12:00:00 +02:00")]
    [InlineData("text", "\"a\"", "a")]
    [InlineData("text", "1.50", "1.50")]
    [InlineData("season", "\"Winter\"", "Winter")]
    [InlineData("list", "[1, 2]", "[1, 2]")]
    [InlineData("any", "true", "true")]
    [InlineData("took", "\"00:01:30\"", "00:01:30")]
    [InlineData("mean", "null", null)]
    public void A_value_that_its_type_holds_is_in_its_column_alone(string property, string json, string? cell) =>
        Assert.Equal((cell, null), ResultOf<Measures>(property, json));

    [Theory]
    [InlineData("ok", "1", null)]
    [InlineData("count", "1.5", null)]
    [InlineData("count", "9223372036854775808", null)]
    [InlineData("count", "\"1\"", null)]
    [InlineData("huge", "18446744073709551615", null)]
    [InlineData("mean", "9007199254740993", null)]
    [InlineData("mean", "1e400", null)]
    [InlineData("mean", "\"1.5\"", null)]
    [InlineData("price", "0.1234567890123456789", null)]
    [InlineData("day", "\"soon\"", null)]
    [InlineData("day", "\"2024-02-29T12:00:00\"", null)]
    [InlineData("clock", "\"2024-02-29T12:00:00+02:00\"", "02/29/2024 12:00:00 +02:00")]
    [InlineData("clock", "true", null)]
    [InlineData("moment", "\"2024-02-29T12:00:00.1234567Z\"", "02/29/2024 12:00:00 +00:00")]
    [InlineData("moment", "\"2024-02-29T12:00:00.123456789Z\"", null)]
    [InlineData("part", "[1]", null)]
    [InlineData("part", "{\"old\":{\"x\":null}}", null)]
    [InlineData("earlier", "[{\"x\":\"é\"}]", null)]
    public void What_its_type_does_not_hold_or_nobody_declares_is_in_other(string property, string json, string? cell) =>
        Assert.Equal((cell, $$$"""{"result":{"{{{property}}}":{{{json}}}}}"""), ResultOf<Measures>(property, json));

    private sealed record Outer(Inner First, Inner? Second, Cell[] List, Tree Root);

    private sealed record Inner(double X, Point? Point);

    private readonly record struct Point(int Row, int Column);

    private sealed record Tree(string Name, Tree? Left);

    [Fact]
    public void Records_inside_a_result_have_columns_of_their_own_and_lists_and_repeats_are_json() => Assert.Equal(
        [
            "first.x Float", "first.point.row Integer", "first.point.column Integer", "second.x Float", "second.point.row Integer",
            "second.point.column Integer", "list Text", "root.name Text", "root.left Text",
        ],
        Columns(Table<Cell, Outer>()).SkipWhile(column => column != "first.x Float").Take(9));

    [Theory]
    [InlineData("first.point.row", """{"first":{"point":{"row":3}}}""", "3", null)]
    [InlineData("second.x", """{"second":null}""", null, null)]
    [InlineData("list", """{"list":[{"name":"a"}]}""", """[{"name":"a"}]""", null)]
    [InlineData("root.left", """{"root":{"left":{"name":"b"}}}""", """{"name":"b"}""", null)]
    [InlineData("first.x", """{"first":{"x":1,"y":2,"point":7}}""", "1", """{"result":{"first":{"y":2,"point":7}}}""")]
    [InlineData("first.x", """{"first":"flat"}""", null, """{"result":{"first":"flat"}}""")]
    public void Values_inside_are_in_their_columns_and_the_rest_is_in_other(string column, string result, string? cell, string? other)
    {
        var cells = CellsOf(Table<Cell, Outer>(), Row("a", """{"name":"a"}""", result));

        Assert.Equal((cell, other), (cells[column], cells["other"]));
    }

    [Theory]
    [InlineData("7", "7", null)]
    [InlineData("7.5", null, "{\"result\":7.5}")]
    [InlineData("{\"area\":7}", null, "{\"result\":{\"area\":7}}")]
    public void A_result_without_properties_is_a_column(string result, string? cell, string? other)
    {
        var cells = CellsOf(Table<Cell, int>(), Row("a", "{}", result));

        Assert.Equal((cell, other), (cells["result"], cells["other"]));
    }

    [Theory]
    [InlineData("{\"b\":[1],\"a\":2}")]
    [InlineData("[1,2]")]
    public void A_result_of_no_declared_type_is_one_text(string result)
    {
        Assert.Equal((result, null), PlainOf<JsonElement>(result));
        Assert.Equal((result, null), PlainOf<object>(result));
        Assert.Equal((result, null), PlainOf<Dictionary<string, int>>(result));

        static (string?, string?) PlainOf<T>(string result)
        {
            var cells = CellsOf(Table<Cell, T>(), Row("a", "{}", result));
            return (cells["result"], cells["other"]);
        }
    }

    [Theory]
    [InlineData("5", "{\"id\":5}", "5", null)]
    [InlineData("5", "{}", "5", null)]
    [InlineData("x", "{\"id\":5}", null, "{\"id\":\"x\",\"parameters\":{\"id\":5}}")]
    [InlineData("05", "null", null, "{\"id\":\"05\"}")]
    [InlineData("5", "[1]", "5", "{\"parameters\":[1]}")]
    public void The_id_is_the_parameter_of_that_name_and_no_id_is_lost(string id, string parameters, string? cell, string? other)
    {
        var cells = CellsOf(Table<Numbered, int>(), Row(id, parameters, "1"));

        Assert.Equal((cell, other), (cells["id"], cells["other"]));
    }

    [Fact]
    public void Rows_of_two_tasks_share_the_columns_of_one_name()
    {
        var table = new ResultTable(
            new([TestTask<Cell, Measures>.Definition, TaskDefinition.Of(typeof(Second<int>))], HasStates: false), ResultForm.Typed);

        Assert.Contains("price Text", Columns(table));
        Assert.Contains("result Integer", Columns(table));
        var second = CellsOf(table, Row("a", """{"price":"low"}""", "7", "second`1"));
        Assert.Equal(("second`1", "low", "7", null), (second["task"], second["price"], second["result"], second["other"]));
    }

    private sealed record Priced(string Price);

    private sealed class Second<T> : ITask<Priced, int>
    {
        public Task<int> RunTask(Priced parameters, TaskContext context, CancellationToken cancellationToken) => Task.FromResult(0);
    }

    private static ResultTable Table<TParameters, TResult>() =>
        new(new([TestTask<TParameters, TResult>.Definition], HasStates: false), ResultForm.Typed);

    private static IEnumerable<string> Columns(ResultTable table) =>
        table.Columns.Select(column => $"{column.Name} {column.Kind}{(column is { Kind: TaskQueue.Tables.ColumnKind.Timestamp, HasZone: true } ? " UTC" : "")}");

    private static (string? Cell, string? Other) ResultOf<TResult>(string property, string json)
    {
        var cells = CellsOf(Table<Cell, TResult>(), Row("a", """{"name":"a"}""", $$"""{"{{property}}":{{json}}}"""));
        return (cells.GetValueOrDefault(property == "price" ? "result_price" : property), cells["other"]);
    }

    private static Dictionary<string, string?> CellsOf(ResultTable table, ResultRow row) =>
        table.Columns.Zip(table.CellsOf(row)).ToDictionary(
            pair => pair.First.Name, pair => pair.Second is null ? null : FormattableString.Invariant($"{pair.Second}"));

    private static ResultRow Row(string id, string parameters, string result, string task = Name) => ResultRow.Of(new DoneRecord
    {
        Id = id,
        Task = task,
        Parameters = JsonElement.Parse(parameters),
        Result = JsonElement.Parse(result),
        Started = DateTimeOffset.UnixEpoch,
        Finished = DateTimeOffset.UnixEpoch,
        Attempt = 1,
        Worker = "w",
        Build = "b",
        PeakMemoryBytes = 1,
    });
}
