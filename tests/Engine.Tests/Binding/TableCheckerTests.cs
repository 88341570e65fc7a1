using System.Text;
using TaskQueue.Binding;
using TaskQueue.Collections;
using TaskQueue.Contracts;
using TaskQueue.Tables;

namespace TaskQueue.Tests.Binding;

/// <summary>Every row is checked before anything is queued; problems name the column and the rows.</summary>
public sealed class TableCheckerTests
{
    private sealed record Tile([property: TaskId] string Tile_, int Zoom);

    private sealed record Named([property: TaskId] string Name);

    private sealed record Numbered([property: TaskId] long Id, double Value = 0);

    private sealed record Plain(string Scene, int Band);

    private sealed record Dated(DateOnly Day);

    private sealed record Nearly(DateOnly Day, TimeSpan DayOfYear);

    private sealed record Picky(DateOnly Day)
    {
        public DateOnly Day { get; } = Day.Year >= 2000 ? Day : throw new InvalidOperationException("Before 2000.");
    }

    [Fact]
    public void Ids_come_from_the_marked_parameter() =>
        Assert.Equal(["a", "b"], Check<Named>(ListColumn.Texts("name", "a", "b")));

    [Fact]
    public void Numbers_that_a_double_cannot_hold_stay_exact_as_ids() =>
        Assert.Equal(["864691135000000001", "-9223372036854775808"], Check<Numbered>(ListColumn.Integers("id", 864691135000000001, long.MinValue)));

    [Fact]
    public void Without_a_marked_parameter_the_task_id_column_is_the_id() =>
        Assert.Equal(["x"], Check<Plain>(ListColumn.Texts("scene", "s"), ListColumn.Integers("band", 1), ListColumn.Texts("task_id", "x")));

    [Fact]
    public void Without_either_the_id_is_a_hash_of_the_parameters()
    {
        var ids = Check<Plain>(ListColumn.Texts("scene", "s", "s"), ListColumn.Integers("band", 1, 2));
        var again = Check<Plain>(ListColumn.Integers("band", 2, 1), ListColumn.Texts("scene", "s", "s"), ListColumn.Texts("unused", "1", "2"));

        Assert.All(ids, id => Assert.Matches("^[0-9a-f]{32}$", id));
        Assert.Equal(Enumerable.Reverse(ids), again);
    }

    [Fact]
    public void Repeated_ids_are_listed_with_their_rows() => AssertRefused(
        "repeats an earlier id: rows 3 ('a'), 4 ('b').", () => Check<Named>(ListColumn.Texts("name", "a", "b", "c", "a", "b")));

    [Fact]
    public void Equal_rows_without_id_are_refused() => AssertRefused(
        "Two rows have the same parameters: row 1.", () => Check<Plain>(ListColumn.Texts("scene", "s", "s"), ListColumn.Integers("band", 1, 1)));

    [Theory]
    [InlineData("", "is empty")]
    [InlineData(" a", "begins or ends with a space")]
    [InlineData("a ", "begins or ends with a space")]
    [InlineData("a\nb", "control character")]
    [InlineData("a\0b", "control character")]
    [InlineData("a\uFFFE", "control character")]
    public void An_id_that_cannot_be_one_is_refused(string id, string problem) =>
        AssertRefused($"{problem} (column 'name'): row 1.", () => Check<Named>(ListColumn.Texts("name", "fine", id)));

    [Fact]
    public void An_id_of_1025_bytes_is_refused_and_one_of_1024_is_not()
    {
        Assert.Single(Check<Named>(ListColumn.Texts("name", new string('x', 1024))));
        AssertRefused("longer than 1024 bytes", () => Check<Named>(ListColumn.Texts("name", new string('x', 1025))));
    }

    [Fact]
    public void A_null_id_is_refused() =>
        AssertRefused("allows none: row 2.", () => Check<Named>(ListColumn.Texts("name", "a", "b", null)), "make the property string?");

    [Fact]
    public void A_null_task_id_is_refused() => AssertRefused(
        "Column 'task_id' identifies the rows, but is null: row 0.",
        () => Check<Plain>(ListColumn.Texts("scene", "s"), ListColumn.Integers("band", 1), ListColumn.Texts("task_id", [null])));

    [Fact]
    public void Numbers_out_of_range_are_refused_with_the_range() => AssertRefused(
        "Column 'zoom' (int64) holds numbers that parameter Zoom (int) cannot hold exactly: rows 0, 1.",
        () => Check<Tile>(ListColumn.Texts("tile_", "a", "b", "c"), ListColumn.Integers("zoom", 1L << 31, long.MinValue, 0)), "-2147483648 to 2147483647");

    [Fact]
    public void A_whole_number_that_a_double_would_round_is_refused() => AssertRefused(
        "Value (double) cannot hold exactly: row 1.",
        () => Check<Numbered>(ListColumn.Integers("id", 1, 2), ListColumn.Integers("value", 1L << 53, (1L << 53) + 1)));

    [Fact]
    public void A_text_that_is_no_date_is_refused() => AssertRefused(
        "Column 'day' (utf8) holds a value that does not fit parameter Day (DateOnly): row 1.",
        () => Check<Dated>(ListColumn.Texts("day", "2026-02-28", "2026-02-30")));

    [Fact]
    public void A_value_that_does_not_fit_is_told_of_the_right_one_of_two_columns() => AssertRefused(
        "Column 'day_of_year' (utf8) holds a value that does not fit parameter DayOfYear (TimeSpan): row 0.",
        () => Check<Nearly>(ListColumn.Texts("day", "2026-02-28"), ListColumn.Texts("day_of_year", "x")), "'x' is no duration");

    [Fact]
    public void What_the_record_refuses_itself_is_told_with_its_row() => AssertRefused(
        "The parameters of task test-task`1 refuse a value: row 1.",
        () => Check<Picky>(ListColumn.Texts("day", "2026-02-28", "1999-02-28")), "Before 2000. Correct the value.");

    [Fact]
    public void Ten_rows_are_listed_and_all_are_counted() => AssertRefused(
        "rows 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, ... (1,999 rows).",
        () => Check<Named>(new ListColumn("name", ColumnKind.Text, "utf8", [.. Enumerable.Range(0, 2000).Select(row => row == 0 ? "a" : null)])));

    [Theory]
    [InlineData("a", "b", "a")]
    [InlineData("b", "a", "a")]
    [InlineData("b", "c", "b")]
    public void An_id_that_stands_twice_is_refused_whether_it_is_known_or_not(params string[] rows)
    {
        var known = new FingerprintSet();
        known.Add("a"u8);
        AssertRefused("row 2", () => Check<Named>(known, ListColumn.Texts("name", rows)));
    }

    [Fact]
    public void A_known_id_is_a_row_as_any_other_and_no_other_id_becomes_known()
    {
        var known = new FingerprintSet();
        known.Add("a"u8);

        Assert.Equal(["b", "a"], Check<Named>(known, ListColumn.Texts("name", "b", "a")));

        Assert.Equal((1, true, false), (known.Count, known.Contains("a"u8), known.Contains("b"u8)));
    }

    private static List<string> Check<T>(params ListColumn[] columns) => Check<T>(null, columns);

    private static List<string> Check<T>(FingerprintSet? known, params ListColumn[] columns)
    {
        var ids = new List<string>();
        var binding = TableBinding.Create(TestTask<T>.Definition, new ListTable(columns), new Dictionary<string, string>());
        TableChecker.Check(binding, known, (_, _, id) => ids.Add(Encoding.UTF8.GetString(id)), _ => { }, TestContext.Current.CancellationToken);
        return ids;
    }

    private static void AssertRefused(string what, Action act, string next = "")
    {
        var error = Assert.Throws<TaskQueueException>(act);
        Assert.Equal(ExitCode.BadInput, error.ExitCode);
        Assert.Contains(what, error.Message, StringComparison.Ordinal);
        Assert.Contains(next, error.Message, StringComparison.Ordinal);
        Assert.Equal(3, error.Message.Split('\n').Length);
    }
}
