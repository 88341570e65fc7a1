using TaskQueue.Contracts;
using TaskQueue.Tables;

namespace TaskQueue.Tests.Tables;

public sealed class GoldenFileTests
{
    private const string Extension = ".arrow_file";

    public static TheoryData<string> Files => ArrowData.Files("golden", $"*{Extension}");

    [Theory]
    [MemberData(nameof(Files))]
    public void A_golden_file_is_read_exactly_or_refused_by_column_and_type(string name)
    {
        var path = ArrowData.PathOf("golden", name);

        if (RefusalOf(name) is not { } refusal)
        {
            Assert.Equal(GoldenJson.Read(Path.ChangeExtension(path, ".json.gz")), Rows.Read(path));
            return;
        }

        var error = Assert.Throws<TaskQueueException>(() => FeatherTable.Open(path));
        Assert.Contains(refusal, error.Message, StringComparison.Ordinal);
        Assert.Equal(ExitCode.BadInput, error.ExitCode);
    }

    private static string? RefusalOf(string name) => Path.GetFileNameWithoutExtension(name) switch
    {
        _ when name.Contains("bigendian", StringComparison.Ordinal) => "its numbers are big-endian",
        "generated_duplicate_fieldnames" => "that has two fields called ''",
        "generated_union" => "is a union, which is not read",
        _ => null,
    };

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
    [InlineData("generated_interval", "f5", "interval[months]", ColumnKind.Interval, true)]
    [InlineData("generated_interval", "f6", "interval[days, ms]", ColumnKind.Interval, true)]
    [InlineData("generated_map", "map_nullable", "map<utf8, int32>", ColumnKind.Struct, true)]
    [InlineData("generated_nested_dictionary", "list_dict", "dictionary<list<dictionary<utf8>>>", ColumnKind.List, true)]
    [InlineData("generated_nested", "fixedsizelist_nullable", "fixed_size_list[4]<int32>", ColumnKind.List, true)]
    public void Columns_have_names_kinds_and_types_for_people(string file, string name, string type, ColumnKind kind,
        bool isNullable)
    {
        using var table = FeatherTable.Open(ArrowData.PathOf("golden", $"1.0.0-littleendian/{file}{Extension}"));

        Assert.Equal(new TableColumn(name, kind, type, isNullable),
            table.Columns.Single(column => column.Name == name));
    }
}
