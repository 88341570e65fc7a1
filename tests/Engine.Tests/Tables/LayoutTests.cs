using TaskQueue.Contracts;
using TaskQueue.Tables.Guard;
using static TaskQueue.Tests.Tables.ArrowFile;

namespace TaskQueue.Tests.Tables;

/// <summary>Layouts that the libraries at hand do not write, but the format allows.</summary>
public sealed class LayoutTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Offsets_need_not_start_at_the_start_of_the_text()
    {
        var file = new ArrowFile(Field("x", FieldType.Utf8))
            .Add(Batch(2, [2, 0], [0, 0, 0, 12, 16, 8]),
                [2, 0, 0, 0, 3, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0, .. "abcdefgh"u8]);

        Assert.Equal(["""{"x":"c"}""", """{"x":"de"}"""], Read(file));
    }

    [Theory]
    [InlineData(Version1, false)]
    [InlineData(Version1, true)]
    [InlineData(2, false)]
    [InlineData(Version4, false)]
    [InlineData(Version4, true)]
    [InlineData(Version5, false)]
    public void Older_metadata_are_read(short version, bool hasMark)
    {
        var file = new ArrowFile(Field("x", FieldType.Int, Int(8))) { Version = version, HasMark = hasMark };

        Assert.Equal(["{\"x\":7}"], Read(file.Add(Batch(1, [1, 0], [0, 0, 0, 1]), [7])));
    }

    [Theory]
    [InlineData(-1, 0)]
    [InlineData(5, 6)]
    public void Metadata_of_other_versions_are_refused(short version, int name)
    {
        var file = new ArrowFile(Field("x", FieldType.Int, Int(8))) { Version = version };

        var error = Assert.Throws<TaskQueueException>(() => Read(file));
        Assert.Contains($"have version {name}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_list_without_rows_needs_no_offsets()
    {
        var file = new ArrowFile(Field("x", FieldType.List, null, Field("item", FieldType.Bool)))
            .Add(Batch(0, [0, 0, 0, 0], [0, 0, 0, 0, 0, 0, 0, 0]), []);

        Assert.Empty(Read(file));
    }

    [Fact]
    public void Columns_may_stand_in_a_table_without_batches() =>
        Assert.Empty(Read(new ArrowFile(Field("x", FieldType.Utf8))));

    [Fact]
    public void A_table_may_have_no_columns() => Assert.Empty(Read(new ArrowFile()));

    [Fact]
    public void The_bytes_of_a_null_text_may_be_anything()
    {
        var file = new ArrowFile(Field("x", FieldType.Utf8))
            .Add(Batch(2, [2, 1], [0, 1, 8, 12, 24, 3]),
                [2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xC3, (byte)'a']);

        Assert.Equal(["""{"x":null}""", """{"x":"a"}"""], Read(file));
    }

    [Fact]
    public void Views_of_binary_are_read()
    {
        byte[] shortView = [2, 0, 0, 0, 1, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        byte[] longView = [13, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0];
        var file = new ArrowFile(Field("x", FieldType.BinaryView))
            .Add(Batch(2, [2, 0], [0, 0, 0, 32, 32, 14], null, 1),
                [.. shortView, .. longView, 9, .. "thirteenbytes"u8]);

        Assert.Equal(["""{"x":"AQI="}""", $$"""{"x":"{{Convert.ToBase64String("thirteenbytes"u8)}}"}"""], Read(file));
    }

    [Fact]
    public void An_extension_type_is_read_as_what_it_is_stored_as()
    {
        var extension = new[] { ("ARROW:extension:name", "arrow.uuid"), ("ARROW:extension:metadata", "") }
            .Select(pair => new FlatRecord().Set(0, pair.Item1).Set(1, pair.Item2));
        var file = new ArrowFile(Field("x", FieldType.FixedSizeBinary, new FlatRecord().Set(0, 2)).Set(6, extension))
            .Add(Batch(1, [1, 0], [0, 0, 0, 2]), [1, 2]);

        Assert.Equal(["""{"x":"AQI="}"""], Read(file));
    }

    [Fact]
    public void Bits_continue_where_the_window_before_ended()
    {
        // Lists of three bits each make windows of the items begin within a byte.
        const int Rows = 200_001;
        var offsets = Enumerable.Range(0, Rows + 1).SelectMany(row => BitConverter.GetBytes(3 * row)).ToArray();
        var bits = Enumerable.Range(0, ((3 * Rows) + 7) / 8).Select(number => (byte)(number * 37)).ToArray();
        byte[] body = [.. offsets, .. new byte[-offsets.Length & 7], .. bits];
        var file = new ArrowFile(Field("x", FieldType.List, null, Field("item", FieldType.Bool)))
            .Add(Batch(Rows, [Rows, 0, 3 * Rows, 0],
                [0, 0, 0, offsets.Length, 0, 0, body.Length - bits.Length, bits.Length]), body);

        var expected = Enumerable.Range(0, Rows)
            .Select(row => $$"""{"x":[{{Bit(3 * row)}},{{Bit((3 * row) + 1)}},{{Bit((3 * row) + 2)}}]}""");
        Assert.Equal(expected, Read(file));

        string Bit(int at) => (bits[at / 8] >> (at % 8) & 1) is 1 ? "true" : "false";
    }

    private List<string> Read(ArrowFile file)
    {
        File.WriteAllBytes(_folder["table"], file.ToBytes());
        return Rows.Read(_folder["table"]);
    }
}
