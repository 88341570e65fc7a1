using System.Buffers;
using System.Text;
using System.Text.Json;
using TaskQueue.Binding;
using TaskQueue.Contracts;
using TaskQueue.Tables;

namespace TaskQueue.Tests.Binding;

/// <summary>Which column fills which parameter, and what a row's JSON is.</summary>
public sealed class TableBindingTests
{
    private static readonly Dictionary<string, string> NoConstants = [];

    private enum Season { Winter, Summer }

    private sealed record Cell(long RootId, double Threshold = 0.3, string? Note = null, int? Band = null);

    private sealed record Strict(long RootId, string? Note);

    private sealed record Typed(Guid Scene, DateOnly Day, Season Season, decimal Price, int[] Bands, string Cloudpath);

    [Fact]
    public void Columns_bind_by_snake_case_name_and_absent_ones_take_their_defaults()
    {
        var table = new ListTable(ListColumn.Integers("root_id", 864691135000000001));

        Assert.Equal("""{"root_id":864691135000000001}""", Json<Cell>(table));
        Assert.Equal(new Cell(864691135000000001), Bind<Cell>(table));
    }

    [Fact]
    public void A_null_becomes_the_default()
    {
        var table = new ListTable(
            ListColumn.Integers("root_id", 1), ListColumn.Floats("threshold", [null]), ListColumn.Texts("note", [null]), ListColumn.Integers("band", [null]));

        Assert.Equal(new Cell(1), Bind<Cell>(table));
    }

    [Fact]
    public void A_nullable_parameter_without_default_is_written_as_null()
    {
        var table = new ListTable(ListColumn.Integers("root_id", 1));

        Assert.Equal("""{"root_id":1,"note":null}""", Json<Strict>(table));
        Assert.Equal(new Strict(1, null), Bind<Strict>(table));
    }

    [Fact]
    public void Case_and_underscores_of_a_column_do_not_matter()
    {
        var table = new ListTable(ListColumn.Integers("RootID", 7), ListColumn.Texts("NOTE", "x"));

        Assert.Equal(new Cell(7, Note: "x"), Bind<Cell>(table));
    }

    [Fact]
    public void Columns_that_nobody_asks_for_are_named_and_left_out()
    {
        var table = new ListTable(ListColumn.Integers("root_id", 1), ListColumn.Texts("comment", "long"));

        var binding = TableBinding.Create(TestTask<Cell>.Definition, table, NoConstants);

        Assert.Equal(["'comment'"], binding.UnusedColumns);
        Assert.DoesNotContain("comment", Json<Cell>(table), StringComparison.Ordinal);
    }

    [Fact]
    public void Types_beyond_numbers_and_texts_are_read_from_their_json()
    {
        var scene = Guid.NewGuid();
        var table = new ListTable(
            ListColumn.Texts("scene", $"{scene}"), new ListColumn("day", ColumnKind.Date, "date32", ["2026-02-28"]), ListColumn.Texts("season", "Summer"),
            new ListColumn("price", ColumnKind.Decimal, "decimal128", ["12.50"]), new ListColumn("bands", ColumnKind.List, "list<int32>", [new[] { 1, 2 }]));

        var typed = Bind<Typed>(table, new() { ["cloudpath"] = "s3://bucket/prefix" });

        Assert.Equal((scene, new DateOnly(2026, 2, 28), Season.Summer, 12.50m, "s3://bucket/prefix"),
            (typed.Scene, typed.Day, typed.Season, typed.Price, typed.Cloudpath));
        Assert.Equal([1, 2], typed.Bands);
    }

    [Fact]
    public void A_constant_wins_over_the_column()
    {
        var table = new ListTable(ListColumn.Integers("root_id", 1), ListColumn.Floats("threshold", 0.1));

        Assert.Equal(new Cell(1, Threshold: 0.5), Bind<Cell>(table, new() { ["threshold"] = "0.5" }));
    }

    [Theory]
    [InlineData("threshold", "half", ExitCode.Usage, "which is double")]
    [InlineData("treshold", "0.5", ExitCode.Usage, "no parameter 'treshold'")]
    public void A_constant_that_does_not_fit_is_refused(string name, string value, ExitCode code, string fragment)
    {
        var table = new ListTable(ListColumn.Integers("root_id", 1));

        AssertRefused(code, fragment, () => Bind<Cell>(table, new() { [name] = value }));
    }

    [Fact]
    public void Missing_columns_are_all_named()
    {
        var table = new ListTable(ListColumn.Integers("id", 1));

        AssertRefused(ExitCode.BadInput, "'scene' (Guid), 'day' (DateOnly)", () => Bind<Typed>(table));
    }

    [Theory]
    [InlineData("\ufeffroot_id", "'\\ufeffroot_id'")]
    [InlineData("root_id ", "'root_id '")]
    [InlineData("root-id", "'root-id'")]
    [InlineData("Root\u00a0ID", "'Root\\u00a0ID'")]
    [InlineData("root_\u200bid", "'root_\\u200bid'")]
    [InlineData("roto_id", "'roto_id'")]
    public void A_column_that_is_almost_the_missing_one_is_shown_with_what_is_odd_about_it(string name, string shown)
    {
        var table = new ListTable(ListColumn.Integers(name, 1), ListColumn.Texts("note", "x"));

        AssertRefused(ExitCode.BadInput, $"whose columns are: {shown}, 'note'\nRename the column {shown} to root_id;", () => Bind<Cell>(table));
    }

    [Fact]
    public void A_column_that_is_like_nothing_is_only_listed()
    {
        var table = new ListTable(ListColumn.Integers("x", 1));

        AssertRefused(ExitCode.BadInput, "whose columns are: 'x'\nAdd the column,", () => Bind<Cell>(table));
    }

    [Fact]
    public void An_unused_column_is_told_with_the_optional_parameter_that_was_probably_meant()
    {
        var table = new ListTable(ListColumn.Integers("root_id", 1), ListColumn.Floats("thresh-old", 0.5), ListColumn.Integers("band ", 1));

        var binding = TableBinding.Create(TestTask<Cell>.Definition, table, new Dictionary<string, string> { ["band"] = "1" });

        Assert.Equal(["'thresh-old' (did you mean threshold?)", "'band '"], binding.UnusedColumns);
    }

    [Fact]
    public void Of_very_many_columns_some_are_listed()
    {
        var table = new ListTable([.. Enumerable.Range(0, 10_000).Select(index => ListColumn.Integers($"c{index}", 1))]);

        AssertRefused(ExitCode.BadInput, "'c28', 'c29' and 9970 more\n", () => Bind<Cell>(table));
    }

    [Fact]
    public void A_column_of_a_wrong_type_is_refused_with_both_types_and_those_allowed()
    {
        var table = new ListTable(ListColumn.Texts("root_id", "1"));

        AssertRefused(ExitCode.BadInput, "Column 'root_id' is utf8; parameter RootId of task ", () => Bind<Cell>(table), "int8 to int64");
    }

    [Fact]
    public void Two_columns_that_could_be_one_parameter_are_refused()
    {
        var table = new ListTable(ListColumn.Integers("RootId", 1), ListColumn.Integers("rootid", 2));

        AssertRefused(ExitCode.BadInput, "'RootId', 'rootid'", () => Bind<Cell>(table));
    }

    private static void AssertRefused(ExitCode code, string what, Action act, string next = "")
    {
        var error = Assert.Throws<TaskQueueException>(act);
        Assert.Equal(code, error.ExitCode);
        Assert.Contains(what, error.Message, StringComparison.Ordinal);
        Assert.Contains(next, error.Message, StringComparison.Ordinal);
        Assert.InRange(error.Message.Split('\n').Length, 2, 3);
    }

    private static string Json<T>(ListTable table, Dictionary<string, string>? constants = null)
    {
        var binding = TableBinding.Create(TestTask<T>.Definition, table, constants ?? NoConstants);
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
            binding.WriteParameters(writer, table.ReadBatches().First(), 0);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static T Bind<T>(ListTable table, Dictionary<string, string>? constants = null) =>
        (T)TestTask<T>.Definition.Bind(Encoding.UTF8.GetBytes(Json<T>(table, constants)));
}
