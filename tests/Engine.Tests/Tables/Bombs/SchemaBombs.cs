using System.Buffers.Binary;
using TaskQueue.Tables.Guard;
using static TaskQueue.Tests.Tables.ArrowFile;

namespace TaskQueue.Tests.Tables.Bombs;

/// <summary>Schemas that are wrong, or too much.</summary>
internal static class SchemaBombs
{
    private const int LongText = 8 << 20;

    public static IEnumerable<Bomb> All =>
    [
        new("a schema that contains itself", "points outside itself", ContainsItself),
        new("2^60 fields out of 60 levels", "10000 fields", ManyOutOfFew),
        new("61 levels", "60 levels", () => new ArrowFile(Nested(61))),
        new("20,000 levels", "60 levels", () => new ArrowFile(Nested(20_000))),
        new("60 levels", null, () => new ArrowFile(Nested(60))),
        new("2,000 columns", null, () => Wide(2_000)),
        new("10,001 columns", "10000 fields", () => Wide(10_001)),
        new("a footer of no bytes", "length of its footer", () => FooterOf(0)),
        new("a footer of -1 bytes", "length of its footer", () => FooterOf(-1)),
        new("a footer of 2 GiB", "length of its footer", () => FooterOf(int.MaxValue)),
        new("one long name for all fields", "names and metadata", OneNameForAll),
        new("one long text in all metadata", "names and metadata", OneTextForAll),
        new("a name of 3 MiB", null, () => new ArrowFile(Field(new string('x', 3 << 20), FieldType.Null))),
        new("a name of 15 MiB", "names and metadata", () => new ArrowFile(Field(new string('x', 15 << 20), FieldType.Null))),
        new("a column without a name", "has no name",
            () => new ArrowFile(new FlatRecord().Set(2, (byte)FieldType.Null).Set(3, new FlatRecord()))),
        new("two columns of one name", "two columns called 'x'",
            () => new ArrowFile(Field("x", FieldType.Null), Field("x", FieldType.Null))),
        new("a struct with two fields of one name", "column 's' is a struct that has two fields called 'x'",
            () => new ArrowFile(
                Field("s", FieldType.Struct, null, Field("x", FieldType.Null), Field("x", FieldType.Null)))),
        new("a struct without fields", "struct without fields", () => new ArrowFile(Field("s", FieldType.Struct))),
        new("big-endian numbers", "big-endian",
            () => new ArrowFile(Field("x", FieldType.Null)) { Endianness = 1 }),
        new("a union", "column 'x' is a union, which is not read", () => new ArrowFile(List(Field("odd", FieldType.Union)))),
        new("type number 77", "column 'x' is a type number 77, which is not read",
            () => new ArrowFile(List(Field("odd", (FieldType)77)))),
        new("no type", "has no type", () => new ArrowFile(Field("x", FieldType.None))),
        new("a list without items", "cannot have 0 such children", () => new ArrowFile(Field("x", FieldType.List))),
        new("an integer with a child", "cannot have 1 such children",
            () => new ArrowFile(Field("x", FieldType.Int, Int(64), Field("y", FieldType.Null)))),
        new("a map of integers", "cannot have 1 such children",
            () => new ArrowFile(Field("x", FieldType.Map, null, Field("y", FieldType.Int, Int(64))))),
        new("an integer of 7 bits", "7", () => new ArrowFile(Field("x", FieldType.Int, Int(7)))),
        new("run ends that are text", "Apache.Arrow says",
            () => new ArrowFile(Field("x", FieldType.RunEndEncoded, null,
                Field("run_ends", FieldType.Utf8), Field("values", FieldType.Null)))),
        new("a decimal of 300 digits", "there is no decimal128(300, 2)", () => Decimal(300, 2, 128)),
        new("a decimal of 1,000 decimals", "there is no decimal128(9, 1000)", () => Decimal(9, 1000, 128)),
        new("a decimal of 17 bits", "17", () => Decimal(9, 2, 17)),
        new("lists of -1 items", "negative length",
            () => new ArrowFile(Field("x", FieldType.FixedSizeList, new FlatRecord().Set(0, -1), Field("y", FieldType.Null)))),
        new("lists of 2^31 items", "a row may have 16 MiB",
            () => new ArrowFile(Field("x", FieldType.FixedSizeList, new FlatRecord().Set(0, int.MaxValue), Field("y", FieldType.Null)))),
        new("values of -1 bytes", "byteWidth",
            () => new ArrowFile(Field("x", FieldType.FixedSizeBinary, new FlatRecord().Set(0, -1)))),
        new("values of 2 GiB", "a row may have 16 MiB",
            () => new ArrowFile(Field("x", FieldType.FixedSizeBinary, new FlatRecord().Set(0, int.MaxValue)))),
        new("a name that draws on the terminal", "'a\\u000ab\\u001b[31m\\u202e'",
            () => new ArrowFile(Field("a\nb\u001b[31m\u202e", FieldType.Union))),
        new("a name of 100,000 letters", "xxx…' is a union",
            () => new ArrowFile(Field(new string('x', 100_000), FieldType.Union))),
    ];

    public static FlatRecord List(FlatRecord item) => Field("x", FieldType.List, null, item);

    private static FlatRecord Nested(int depth)
    {
        var field = Field("leaf", FieldType.Null);
        for (var level = 1; level < depth; level++)
            field = List(field);
        return field;
    }

    private static ArrowFile Wide(int columns) =>
        new([.. Enumerable.Range(0, columns).Select(column => Field($"x{column}", FieldType.Null))]);

    private static ArrowFile Decimal(int precision, int scale, int bits) => new(Field(
        "x", FieldType.Decimal, new FlatRecord().Set(0, precision).Set(1, scale).Set(2, bits)));

    private static byte[] FooterOf(int length)
    {
        var bytes = new ArrowFile(Field("x", FieldType.Null)).ToBytes();
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(bytes.Length - 10), length);
        return bytes;
    }

    private static byte[] ContainsItself()
    {
        var footer = Footer(List(Field("item", FieldType.Null)));
        var (list, item) = FirstField(footer);
        BinaryPrimitives.WriteInt32LittleEndian(footer.AsSpan(item.Reference), list.Table - item.Reference);
        return new ArrowFile().ToBytes(footer);
    }

    /// <summary>Each struct has its one child twice.</summary>
    private static byte[] ManyOutOfFew()
    {
        var field = Field("leaf", FieldType.Null);
        for (var level = 1; level < 60; level++)
            field = Field($"level{level}", FieldType.Struct, null, field, Field("twin", FieldType.Null));
        var footer = Footer(field);
        var (_, child) = FirstField(footer);
        for (var level = 1; level < 59; level++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(
                footer.AsSpan(child.Reference + 4), child.Table - child.Reference - 4);
            child = Child(footer, child.Table);
        }

        return new ArrowFile().ToBytes(footer);
    }

    /// <summary>The first of many fields has a long name, and all others are made to point to it.</summary>
    private static byte[] OneNameForAll()
    {
        const int Fields = 1000;
        FlatRecord[] fields = [.. Enumerable.Range(1, Fields - 1).Select(column => Field($"x{column}", FieldType.Null)),
            Field(new string('x', LongText), FieldType.Null)];
        return PointAllTo(Footer(fields), Fields, slot: 0);
    }

    /// <summary>As <see cref="OneNameForAll"/>, with the vector of keys and values.</summary>
    private static byte[] OneTextForAll()
    {
        const int Fields = 1000;
        var fields = Enumerable.Range(0, Fields).Select(column => Field($"x{column}", FieldType.Null)
            .Set(6, [new FlatRecord().Set(0, "key").Set(1, column < Fields - 1 ? "" : new string('x', LongText))]));
        return PointAllTo(Footer([.. fields]), Fields, slot: 6);
    }

    private static byte[] PointAllTo(byte[] footer, int fields, int slot)
    {
        var vector = Follow(footer, FieldAt(footer, Follow(footer, FieldAt(footer, Follow(footer, 0).Table, 1)).Table, 1)).Table;
        var last = Follow(footer, FieldAt(footer, Follow(footer, vector + (4 * fields)).Table, slot)).Table;
        for (var index = 0; index < fields - 1; index++)
        {
            var at = FieldAt(footer, Follow(footer, vector + 4 + (4 * index)).Table, slot);
            BinaryPrimitives.WriteInt32LittleEndian(footer.AsSpan(at), last - at);
        }

        return new ArrowFile().ToBytes(footer);
    }

    private static byte[] Footer(params FlatRecord[] fields) =>
        new FlatRecord().Set(0, Version5).Set(1, new FlatRecord().Set(1, fields)).ToBytes();

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

    /// <param name="Reference">Where the offset stands.</param>
    /// <param name="Table">Where it leads.</param>
    private readonly record struct Place(int Reference, int Table);
}
