using TaskQueue.Contracts;
using TaskQueue.Tables;

namespace TaskQueue.Tests.Tables;

public sealed class GoldenFileTests
{
    private const string Extension = ".arrow_file";

    private static readonly Dictionary<string, string> Refusals = new()
    {
        ["1.0.0-bigendian/generated_primitive"] = "its numbers are big-endian",
        ["1.0.0-littleendian/generated_duplicate_fieldnames"] = "column 'struct' is a struct that has two fields called ''",
        ["1.0.0-littleendian/generated_interval"] = "column 'f5' is an interval",
        ["1.0.0-littleendian/generated_map"] = "column 'map_nullable' is a map",
        ["1.0.0-littleendian/generated_map_non_canonical"] = "column 'map_other_names' is a map",
        ["1.0.0-littleendian/generated_nested_dictionary"] =
            "column 'list_dict' has a dictionary<utf8> inside a dictionary",
        ["1.0.0-littleendian/generated_union"] = "column 'sparse' is a union",
    };

    public static TheoryData<string> Files => ArrowData.Files("golden", $"*{Extension}");

    [Theory]
    [MemberData(nameof(Files))]
    public void A_golden_file_is_read_exactly_or_refused_by_column_and_type(string name)
    {
        var path = ArrowData.PathOf("golden", name);

        if (!Refusals.TryGetValue(name[..^Extension.Length], out var refusal))
        {
            Assert.Equal(GoldenJson.Read(Path.ChangeExtension(path, ".json.gz")), Rows.Read(path));
            return;
        }

        var error = Assert.Throws<TaskQueueException>(() => FeatherTable.Open(path));
        Assert.Contains(refusal, error.Message, StringComparison.Ordinal);
        Assert.Equal(ExitCode.BadInput, error.ExitCode);
    }

    [Fact]
    public void A_table_can_be_read_twice_and_by_two_readers_at_once()
    {
        using var table = FeatherTable.Open(
            ArrowData.PathOf("golden", "1.0.0-littleendian/generated_dictionary.arrow_file"));

        var once = Rows.Read(table).ToList();
        var together = Rows.Read(table).Zip(Rows.Read(table)).ToList();

        Assert.Equal(once, together.Select(pair => pair.First));
        Assert.Equal(once, together.Select(pair => pair.Second));
    }

    [Theory]
    [InlineData("generated_primitive", "int64_nullable", "int64", ColumnKind.Integer, true)]
    [InlineData("generated_primitive", "uint8_nonnullable", "uint8", ColumnKind.Integer, false)]
    [InlineData("generated_primitive", "fixedsizebinary_19_nullable", "fixed_size_binary[19]", ColumnKind.Binary, true)]
    [InlineData("generated_decimal", "f0", "decimal128(3, 2)", ColumnKind.Decimal, true)]
    [InlineData("generated_datetime", "f13", "timestamp[us, Europe/Paris]", ColumnKind.Timestamp, true)]
    [InlineData("generated_datetime", "f6", "timestamp[s]", ColumnKind.Timestamp, true)]
    [InlineData("generated_dictionary", "dict0", "dictionary<utf8>", ColumnKind.Text, true)]
    [InlineData("generated_nested", "struct_nullable", "struct<f1: int32, f2: utf8>", ColumnKind.Struct, true)]
    [InlineData("generated_nested", "fixedsizelist_nullable", "fixed_size_list[4]<int32>", ColumnKind.List, true)]
    public void Columns_have_names_kinds_and_types_for_people(string file, string name, string type, ColumnKind kind,
        bool isNullable)
    {
        using var table = FeatherTable.Open(ArrowData.PathOf("golden", $"1.0.0-littleendian/{file}{Extension}"));

        Assert.Equal(new TableColumn(name, kind, type, isNullable),
            table.Columns.Single(column => column.Name == name));
    }
}
