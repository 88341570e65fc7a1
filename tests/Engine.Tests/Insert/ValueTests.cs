using TaskQueue.Tests.Children;

namespace TaskQueue.Tests.Insert;

/// <summary>Values of tables that people have: they reach the task as they are, on every machine, or nothing is queued.</summary>
public sealed class ValueTests : IAsyncLifetime
{
    /// <summary>Midnight of 2026-05-01 in UTC, in seconds since 1970.</summary>
    private const long Midnight = 1_777_593_600;

    private const long Micro = 1_000_000;
    private const long Nano = 1_000_000_000;

    private readonly ColumnTables _tables = new();
    private readonly InsertProject _project = new();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        _project.Dispose();
        await _tables.DisposeAsync();
    }

    [Theory]
    [InlineData("share", "float64", 1e300, "float?", "'1E+300' is too large for float.")]
    [InlineData("share", "float64", 1e-60, "float?", "'1E-60' is too small for float: it would become 0.")]
    [InlineData("price", "float64", 1e-60, "decimal?", "'1E-60' has more digits than decimal can hold.")]
    [InlineData("date", "timestamp[us]", (Midnight * Micro) + 1, "DateOnly?", "'2026-05-01T00:00:00.000001' is not midnight, so it is more than a date.")]
    [InlineData("date", "timestamp[ns]", (Midnight * Nano) + 1, "DateOnly?", "'2026-05-01T00:00:00.000000001' is finer than 100 ns, the finest that .NET holds.")]
    [InlineData("day", "timestamp[ns]", (Midnight * Nano) + 150, "DateTime?", "'2026-05-01T00:00:00.00000015' is finer than 100 ns, the finest that .NET holds.")]
    [InlineData("moment", "timestamp[ns]", (Midnight * Nano) + 99, "DateTimeOffset?", "'2026-05-01T00:00:00.000000099' is finer than 100 ns, the finest that .NET holds.")]
    [InlineData("took", "duration[ns]", 150L, "TimeSpan?", "'PT0.00000015S' is finer than 100 ns, the finest that .NET holds.")]
    public async Task A_value_that_would_lose_something_is_refused_with_its_row(string column, string type, object value, string parameter, string why)
    {
        var sound = type == "float64" ? 0.5 : (object)0L;
        var error = await RefuseAsync(ColumnTables.Column(column, type, sound, value));

        var name = $"{char.ToUpperInvariant(column[0])}{column[1..]}";
        Assert.StartsWith($"Column '{column}' ({type}) holds a value that does not fit parameter {name} ({parameter}): row 1.\n", error, StringComparison.Ordinal);
        Assert.Contains($"\n{why} Allowed column types: ", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_would_fit_no_long_advises_what_it_fits()
    {
        var error = await RefuseAsync(ColumnTables.Column("number", "uint64", 1L, (1UL << 63) + 1));

        Assert.Contains("parameter Number (long?) cannot hold exactly: row 1.", error, StringComparison.Ordinal);
        Assert.EndsWith("or make the property ulong or decimal, or write the column as text and make it string.", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_whole_number_fills_a_double_only_when_it_stays_exact()
    {
        Assert.Equal(1L << 60, Assert.Single(await InsertAsync(ColumnTables.Column("value", "int64", 1L << 60))).Value);

        var error = await RefuseAsync(ColumnTables.Column("value", "int64", 1L << 60, (1L << 60) + 1));

        Assert.Contains("parameter Value (double?) cannot hold exactly: row 1.", error, StringComparison.Ordinal);
        Assert.EndsWith("Allowed: all up to 2^53 in size, and some beyond. Change the values, or make the property long.", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_float64_fills_a_float_rounded() =>
        Assert.Equal(
            [0.1f, 16777216f, -3.4028235E38f],
            (await InsertAsync(ColumnTables.Column("share", "float64", 0.1, 16777217.0, -3.4028234663852886E38))).Select(row => row.Share!.Value));

    [Fact]
    public async Task Midnights_fill_a_date() =>
        Assert.Equal(
            [new DateOnly(2026, 5, 1), new DateOnly(1969, 12, 31)],
            (await InsertAsync(ColumnTables.Column("date", "timestamp[ns]", Midnight * Nano, -86_400 * Nano))).Select(row => row.Date!.Value));

    [Theory]
    [InlineData("UTC")]
    [InlineData("America/New_York")]
    [InlineData("Asia/Tokyo")]
    public async Task A_row_has_the_same_values_in_every_time_zone(string zone)
    {
        const string Noon = "2026-07-01T12:00:00";
        await _tables.WriteAsync(
            ("columns", [
                ColumnTables.Column("id", "utf8", "a"), ColumnTables.Column("day", "timestamp[us]", Midnight * Micro),
                ColumnTables.Column("moment", "timestamp[ns]", Midnight * Nano), ColumnTables.Column("date", "timestamp[us, UTC]", Midnight * Micro)]),
            ("zoned", [
                ColumnTables.Column("id", "utf8", "a"), ColumnTables.Column("day", "timestamp[us, UTC]", Midnight * Micro),
                ColumnTables.Column("moment", "timestamp[us, UTC]", Midnight * Micro)]),
            ("texts", [
                ColumnTables.Column("id", "utf8", "a", "b"), ColumnTables.Column("day", "utf8", Noon, $"{Noon}-05:00"),
                ColumnTables.Column("moment", "utf8", Noon, $"{Noon}-05:00")]));

        using var child = Child.StartThrough(
            ["env", $"TZ={zone}"], "show-times", _tables["columns"], _tables["zoned"], _tables["texts"]);
        var shown = await child.Output.ReadToEndAsync(TestContext.Current.CancellationToken);
        var (code, error) = await child.WaitAsync(TestContext.Current.CancellationToken);

        Assert.Equal((0, ""), (code, error));
        Assert.Equal(
            [
                zone,
                "\"1970-01-01T00:00:00Z\"",
                "day 2026-05-01T00:00:00.0000000, moment 2026-05-01T00:00:00.0000000+00:00, date 2026-05-01",
                "day 2026-05-01T00:00:00.0000000Z, moment 2026-05-01T00:00:00.0000000+00:00, date",
                "day 2026-07-01T12:00:00.0000000, moment 2026-07-01T12:00:00.0000000+00:00, date",
                "day 2026-07-01T17:00:00.0000000Z, moment 2026-07-01T12:00:00.0000000-05:00, date",
            ],
            shown.TrimEnd().Split('\n').Select(line => line.TrimEnd()));
    }

    private async Task<List<NamedParameters>> InsertAsync(TestColumn column)
    {
        await WriteAsync(column);
        await _project.InsertAsync("tasks.feather");
        return await _project.ParametersAsync();
    }

    private async Task<string> RefuseAsync(TestColumn column)
    {
        await WriteAsync(column);
        return await _project.RefuseAsync("tasks.feather");
    }

    private async Task WriteAsync(TestColumn column)
    {
        var ids = ColumnTables.Column("id", "utf8", [.. Enumerable.Range(0, column.Values.Count).Select(row => $"{row}")]);
        await _tables.WriteAsync(("tasks", [ids, column]));
        File.Copy(_tables["tasks"], _project["tasks.feather"], overwrite: true);
    }
}
