using System.Buffers.Binary;
using TaskQueue.Tables.Guard;
using static TaskQueue.Tests.Tables.ArrowFile;

namespace TaskQueue.Tests.Tables;

/// <summary>Schemas that are wrong, or too much.</summary>
public sealed class SchemaBombTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_schema_that_contains_itself_is_refused()
    {
        var footer = new FlatRecord().Set(0, (short)4)
            .Set(1, new FlatRecord().Set(1, [List(Field("item", FieldType.Null))])).ToBytes();
        var (list, item) = FirstField(footer);
        BinaryPrimitives.WriteInt32LittleEndian(footer.AsSpan(item.Reference), list.Table - item.Reference);

        await IsRefused(new ArrowFile().ToBytes(footer), "points outside itself");
    }

    [Fact]
    public async Task A_schema_that_contains_one_field_over_and_over_is_refused()
    {
        // Each struct has its one child twice: sixty levels make 2^60 fields out of sixty.
        var field = Field("leaf", FieldType.Null);
        for (var level = 1; level < 60; level++)
            field = Field($"level{level}", FieldType.Struct, null, field, Field("twin", FieldType.Null));
        var footer = new FlatRecord().Set(0, (short)4).Set(1, new FlatRecord().Set(1, [field])).ToBytes();
        var (parent, child) = FirstField(footer);
        for (var level = 1; level < 59; level++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(footer.AsSpan(child.Reference + 4),
                child.Table - child.Reference - 4);
            (parent, child) = (child, Child(footer, child.Table));
        }

        Assert.NotEqual(parent, child);
        await IsRefused(new ArrowFile().ToBytes(footer), "two fields called");
    }

    [Theory]
    [InlineData(61)]
    [InlineData(20_000)]
    public Task A_schema_that_is_nested_too_deeply_is_refused(int depth) =>
        IsRefused(new ArrowFile(Nested(depth)).ToBytes(), "60 levels");

    [Fact]
    public async Task A_schema_of_sixty_levels_is_read()
    {
        File.WriteAllBytes(_folder["bomb"], new ArrowFile(Nested(60)).ToBytes());
        Assert.Null(await Hostile.Read(_folder["bomb"], "sixty levels"));
    }

    [Theory]
    [InlineData(2_000, false)]
    [InlineData(10_001, true)]
    public async Task Thousands_of_columns_are_read_and_more_are_refused(int count, bool isRefused)
    {
        var fields = Enumerable.Range(0, count).Select(column => Field($"x{column}", FieldType.Null)).ToArray();
        File.WriteAllBytes(_folder["bomb"], new ArrowFile(fields).ToBytes());

        Assert.Equal(isRefused, await Hostile.Read(_folder["bomb"], $"{count} columns") is not null);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(int.MaxValue)]
    public Task A_footer_of_an_impossible_length_is_refused(int length)
    {
        var bytes = new ArrowFile(Field("x", FieldType.Null)).ToBytes();
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(bytes.Length - 10), length);
        return IsRefused(bytes, "length of its footer");
    }

    [Fact]
    public Task Two_columns_of_one_name_are_refused_by_that_name() =>
        IsRefused(
            new ArrowFile(Field("x", FieldType.Null), Field("x", FieldType.Null)).ToBytes(),
            "two columns called 'x'");

    [Fact]
    public Task Big_endian_numbers_are_refused_up_front() =>
        IsRefused(new ArrowFile(Field("x", FieldType.Null)) { Endianness = 1 }.ToBytes(), "big-endian");

    [Theory]
    [InlineData(FieldType.Interval, "an interval")]
    [InlineData(FieldType.Union, "a union")]
    [InlineData(FieldType.Map, "a map")]
    [InlineData(FieldType.RunEndEncoded, "a run_end_encoded")]
    [InlineData(FieldType.ListView, "a list_view")]
    [InlineData(FieldType.LargeListView, "a large_list_view")]
    [InlineData((FieldType)77, "a type number 77")]
    internal Task A_type_that_is_not_read_is_refused_by_column_and_type(FieldType type, string name) =>
        IsRefused(new ArrowFile(List(Field("odd", type))).ToBytes(), $"column 'x' is {name}, which is not read");

    [Fact]
    public Task A_small_decimal_is_refused_by_column_and_type() =>
        IsRefused(
            new ArrowFile(Field("x", FieldType.Decimal, new FlatRecord().Set(0, 9).Set(1, 2).Set(2, 32))).ToBytes(),
            "column 'x' is a decimal32(9, 2), which is not read");

    [Fact]
    public Task Names_cannot_draw_on_the_terminal() =>
        IsRefused(
            new ArrowFile(Field("a\nb\u001b[31m\u202e", FieldType.Union)).ToBytes(),
            "'a\\u000ab\\u001b[31m\\u202e'");

    [Fact]
    public Task Long_names_are_cut() =>
        IsRefused(new ArrowFile(Field(new string('x', 100_000), FieldType.Union)).ToBytes(), "xxx…' is a union");

    [Fact]
    public async Task Damage_anywhere_in_a_schema_never_does_more_than_refuse()
    {
        var bytes = new ArrowFile(List(Field("item", FieldType.Int, Int(64))), Field("d", FieldType.Utf8))
            .ToBytes();
        for (var at = 8; at < bytes.Length; at++)
        {
            foreach (var value in new byte[] { 0, 1, 0x7F, 0x80, 0xFF })
            {
                var damaged = bytes.ToArray();
                damaged[at] = value;
                File.WriteAllBytes(_folder["bomb"], damaged);
                await Hostile.Read(_folder["bomb"], $"byte {at} set to {value}");
            }
        }
    }

    private static FlatRecord List(FlatRecord item) => Field("x", FieldType.List, null, item);

    private static FlatRecord Nested(int depth)
    {
        var field = Field("leaf", FieldType.Null);
        for (var level = 1; level < depth; level++)
            field = List(field);
        return field;
    }

    private static (Place Field, Place Child) FirstField(byte[] footer)
    {
        var schema = Follow(footer, FieldAt(footer, Follow(footer, 0).Table, 1));
        var fields = Follow(footer, FieldAt(footer, schema.Table, 1));
        var field = Follow(footer, fields.Table + 4);
        return (field, Child(footer, field.Table));
    }

    private static Place Child(byte[] footer, int field) =>
        Follow(footer, Follow(footer, FieldAt(footer, field, 5)).Table + 4);

    private static int FieldAt(byte[] footer, int table, int field) =>
        table + BinaryPrimitives.ReadUInt16LittleEndian(
            footer.AsSpan(table - BinaryPrimitives.ReadInt32LittleEndian(footer.AsSpan(table)) + 4 + (2 * field)));

    private static Place Follow(byte[] footer, int reference) =>
        new(reference, reference + BinaryPrimitives.ReadInt32LittleEndian(footer.AsSpan(reference)));

    private async Task IsRefused(byte[] bytes, string complaint)
    {
        File.WriteAllBytes(_folder["bomb"], bytes);
        var refusal = await Hostile.Read(_folder["bomb"], complaint);
        Assert.True(refusal?.Contains(complaint, StringComparison.Ordinal), refusal ?? "It was read.");
    }

    /// <param name="Reference">Where the offset stands.</param>
    /// <param name="Table">Where it leads.</param>
    private readonly record struct Place(int Reference, int Table);
}
