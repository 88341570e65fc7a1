using System.Buffers;
using System.Text.Json;
using TaskQueue.Binding;
using TaskQueue.Contracts;
using TaskQueue.Tables;
using TaskQueue.Tables.Guard;
using TaskQueue.Tests.Binding;
using static TaskQueue.Tests.Tables.ArrowFile;

namespace TaskQueue.Tests.Tables;

/// <summary>Types that few libraries write: what rows they become, and what their columns are called.</summary>
public sealed class TypeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_map_whose_keys_are_text_is_an_object()
    {
        var file = new ArrowFile(Map(Field("key", FieldType.Utf8), Field("value", FieldType.Int, Int(8)))).Add(
            Batch(3, [3, 1, 3, 0, 3, 0, 3, 0], [0, 1, 8, 16, 24, 0, 24, 0, 24, 16, 40, 3, 48, 0, 48, 3]),
            [0b101, 0, 0, 0, 0, 0, 0, 0, .. Numbers(0, 2, 2, 3), .. Numbers(0, 1, 2, 3), .. "aba"u8, 0, 0, 0, 0, 0, 1, 2, 3]);

        Read(file, "map<utf8, int8>", ColumnKind.Struct, """{"a":1,"b":2}""", "null", """{"a":3}""");
    }

    [Fact]
    public void Another_map_is_a_list_of_pairs()
    {
        var file = new ArrowFile(Map(Field("key", FieldType.Int, Int(8)), Field("value", FieldType.Bool))).Add(
            Batch(2, [2, 0, 3, 0, 3, 0, 3, 0], [0, 0, 0, 12, 16, 0, 16, 0, 16, 3, 24, 0, 24, 1]),
            [.. Numbers(0, 3, 3, 0), 7, 8, 7, 0, 0, 0, 0, 0, 0b101]);

        Read(file, "map<int8, bool>", ColumnKind.List, "[[7,true],[8,false],[7,true]]", "[]");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_list_view_may_point_anywhere_among_its_items(bool isLarge)
    {
        byte[] offsets = isLarge ? [.. Longs(2, 0, 1, 99)] : [.. Numbers(2, 0, 1, 99)];
        byte[] sizes = isLarge ? [.. Longs(1, 3, 0, 99)] : [.. Numbers(1, 3, 0, 99)];
        var type = isLarge ? FieldType.LargeListView : FieldType.ListView;
        var (places, length) = (offsets.Length, 8 + (2 * offsets.Length));
        var file = new ArrowFile(Field("x", type, null, Field("item", FieldType.Int, Int(8)))).Add(
            Batch(4, [4, 1, 3, 0], [0, 1, 8, places, 8 + places, places, length, 0, length, 3]),
            [0b0111, 0, 0, 0, 0, 0, 0, 0, .. offsets, .. sizes, 1, 2, 3]);

        Read(file, isLarge ? "large_list_view<int8>" : "list_view<int8>", ColumnKind.List, "[3]", "[1,2,3]", "[]", "null");
    }

    [Theory]
    [InlineData(16)]
    [InlineData(32)]
    [InlineData(64)]
    public void A_run_stands_for_all_its_rows(int width)
    {
        byte[] ends = width switch
        {
            16 => [2, 0, 3, 0, 6, 0, 0, 0],
            32 => Numbers(2, 3, 6, 0),
            _ => Longs(2, 3, 6),
        };
        var file = new ArrowFile(Field("x", FieldType.RunEndEncoded, null,
                Field("run_ends", FieldType.Int, Int(width)), Field("values", FieldType.Int, Int(8))))
            .Add(Batch(5, [5, 0, 3, 0, 3, 1], [0, 0, 0, ends.Length, ends.Length, 1, ends.Length + 8, 3]),
                [.. ends, 0b101, 0, 0, 0, 0, 0, 0, 0, 10, 20, 30]);

        Read(file, "run_end_encoded<int8>", ColumnKind.Integer, "10", "10", "null", "30", "30");
        using var table = FeatherTable.Open(_folder["table"]);
        var column = table.ReadBatches().Single().Columns[0];
        // Not in order, as ids are looked at.
        Assert.True(column.TryGetInt64(4, out var last) && last is 30);
        Assert.True(column.TryGetInt64(0, out var first) && first is 10);
        Assert.True(column.IsNull(2));
    }

    [Theory]
    [InlineData(32, "decimal32(9, 2)")]
    [InlineData(64, "decimal64(9, 2)")]
    public void Small_decimals_keep_their_digits(int bits, string type)
    {
        var decimals = new FlatRecord().Set(0, 9).Set(1, 2).Set(2, bits);
        byte[] values = bits is 32 ? Numbers(-5, 123_456_789) : Longs(-5, 123_456_789);
        var file = new ArrowFile(Field("x", FieldType.Decimal, decimals)).Add(Batch(2, [2, 0], [0, 0, 0, values.Length]), values);

        Read(file, type, ColumnKind.Decimal, "\"-0.05\"", "\"1234567.89\"");
    }

    [Fact]
    public void Months_are_years_and_months() => Read(
        new ArrowFile(Field("x", FieldType.Interval, Unit(0))).Add(Batch(4, [4, 0], [0, 0, 0, 16]), Numbers(14, 12, 0, -14)),
        "interval[months]", ColumnKind.Interval, "\"P1Y2M\"", "\"P1Y\"", "\"PT0S\"", "\"P-1Y-2M\"");

    [Fact]
    public void Days_are_not_made_hours() => Read(
        new ArrowFile(Field("x", FieldType.Interval, Unit(1))).Add(Batch(3, [3, 0], [0, 0, 0, 24]), Numbers(1, 90_500, 40, 0, 0, -1)),
        "interval[days, ms]", ColumnKind.Interval, "\"P1DT90.5S\"", "\"P40D\"", "\"PT-0.001S\"");

    [Fact]
    public void Each_part_of_an_interval_has_its_sign() => Read(
        new ArrowFile(Field("x", FieldType.Interval, Unit(2)))
            .Add(Batch(1, [1, 0], [0, 0, 0, 16]), [.. Numbers(13, -2), .. Longs(1_000_000_001)]),
        "interval[months, days, ns]", ColumnKind.Interval, "\"P1Y1M-2DT1.000000001S\"");

    [Fact]
    public void A_map_fills_a_dictionary_and_an_interval_a_text()
    {
        File.WriteAllBytes(_folder["table"], MapAndInterval().ToBytes());
        using var table = FeatherTable.Open(_folder["table"]);
        var binding = TableBinding.Create(TestTask<Steps>.Definition, table, new Dictionary<string, string>());
        var row = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(row))
            binding.WriteParameters(writer, table.ReadBatches().First(), 0);

        var steps = (Steps)TestTask<Steps>.Definition.Bind(row.WrittenSpan);

        Assert.Equal("P1M", steps.Every);
        Assert.Equal([new("a", 1), new("b", 2)], steps.Shares);
    }

    [Fact]
    public void A_month_is_no_time_span()
    {
        File.WriteAllBytes(_folder["table"], MapAndInterval().ToBytes());
        using var table = FeatherTable.Open(_folder["table"]);

        var error = Assert.Throws<TaskQueueException>(
            () => TableBinding.Create(TestTask<Span>.Definition, table, new Dictionary<string, string>()));
        Assert.Contains("interval[months]", error.Message, StringComparison.Ordinal);
    }

    private static ArrowFile MapAndInterval()
    {
        var shares = Map(Field("key", FieldType.Utf8), Field("value", FieldType.Int, Int(8))).Set(0, "shares");
        return new ArrowFile(shares, Field("every", FieldType.Interval, Unit(0))).Add(
            Batch(1, [1, 0, 2, 0, 2, 0, 2, 0, 1, 0], [0, 0, 0, 8, 8, 0, 8, 0, 8, 12, 24, 2, 32, 0, 32, 2, 40, 0, 40, 4]),
            [.. Numbers(0, 2), .. Numbers(0, 1, 2, 0), .. "ab"u8, 0, 0, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 0, 0, .. Numbers(1, 0)]);
    }

    private static FlatRecord Map(FlatRecord key, FlatRecord value) =>
        Field("x", FieldType.Map, null, Field("entries", FieldType.Struct, null, key, value));

    private static FlatRecord Unit(short unit) => new FlatRecord().Set(0, unit);

    private static byte[] Numbers(params int[] numbers) => [.. numbers.SelectMany(BitConverter.GetBytes)];

    private static byte[] Longs(params long[] numbers) => [.. numbers.SelectMany(BitConverter.GetBytes)];

    private void Read(ArrowFile file, string type, ColumnKind kind, params string[] values)
    {
        File.WriteAllBytes(_folder["table"], file.ToBytes());
        using (var table = FeatherTable.Open(_folder["table"]))
            Assert.Equal(new TableColumn("x", kind, type, IsNullable: true), Assert.Single(table.Columns));
        Assert.Equal(values.Select(value => $$"""{"x":{{value}}}"""), Rows.Read(_folder["table"]));
    }

    private sealed record Steps(Dictionary<string, int> Shares, string Every);

    private sealed record Span(TimeSpan Every);
}
