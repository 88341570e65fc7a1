using System.Text;
using TaskQueue.Contracts;
using TaskQueue.Tables;
using TaskQueue.Tables.Guard;
using static TaskQueue.Tests.Tables.ArrowFile;

namespace TaskQueue.Tests.Tables;

public sealed class DictionaryTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Columns_share_the_dictionary_of_one_id()
    {
        var file = new ArrowFile(Category("x", 1), Category("y", 1))
            .AddDictionary(1, Texts("road", "river"), Body("road", "river"))
            .Add(Batch(2, [2, 0, 2, 0], [0, 0, 0, 2, 8, 0, 8, 2]), [0, 1, 0, 0, 0, 0, 0, 0, 1, 1]);

        Assert.Equal(["""{"x":"road","y":"river"}""", """{"x":"river","y":"river"}"""], Read(file));
    }

    [Fact]
    public void Later_batches_may_continue_a_dictionary()
    {
        var file = new ArrowFile(Category("x", 1))
            .AddDictionary(1, Texts("a"), Body("a"))
            .AddDictionary(1, Texts(), Body(), isDelta: true)
            .AddDictionary(1, Texts("b", "c"), Body("b", "c"), isDelta: true)
            .Add(Batch(4, [4, 0], [0, 0, 0, 4]), [2, 0, 1, 2]);

        Assert.Equal(["""{"x":"c"}""", """{"x":"a"}""", """{"x":"b"}""", """{"x":"c"}"""], Read(file));
    }

    [Fact]
    public void A_dictionary_that_no_column_uses_is_passed_over()
    {
        var file = new ArrowFile(Category("x", 1))
            .AddDictionary(9, Texts("z"), Body("z"))
            .AddDictionary(1, Texts("a"), Body("a"))
            .Add(Batch(1, [1, 0], [0, 0, 0, 1]), [0]);

        Assert.Equal(["""{"x":"a"}"""], Read(file));
    }

    [Fact]
    public void A_dictionary_may_hold_lists_of_another_dictionary()
    {
        var lists = Field("x", FieldType.List, null, Category("item", 1)).Set(4, new FlatRecord().Set(0, 2L).Set(1, Int(8)));
        var file = new ArrowFile(lists)
            .AddDictionary(1, Texts("a", "b"), Body("a", "b"))
            .AddDictionary(2, Batch(2, [2, 0, 3, 0], [0, 0, 0, 12, 16, 0, 16, 3]), [0, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1])
            .Add(Batch(3, [3, 0], [0, 0, 0, 3]), [1, 0, 1]);

        Assert.Equal(["""{"x":["b"]}""", """{"x":["b","a"]}""", """{"x":["b"]}"""], Read(file));
    }

    [Fact]
    public void A_dictionary_that_was_unpacked_stays_for_every_batch()
    {
        byte[] offsets = [.. BitConverter.GetBytes(-1L), .. BitConverter.GetBytes(0), .. BitConverter.GetBytes(3)];
        var letters = Packed.Lz4(3);
        var file = new ArrowFile(Category("x", 1)).AddDictionary(
            1, Batch(1, [1, 0], [0, 0, 0, offsets.Length, offsets.Length, letters.Length], codec: 0), [.. offsets, .. letters]);
        for (var batch = 0; batch < 5; batch++)
        {
            var places = Packed.Lz4(2);
            file.Add(Batch(2, [2, 0], [0, 0, 0, places.Length], codec: 0), places);
        }

        Assert.Equal(Enumerable.Repeat("""{"x":"\u0000\u0000\u0000"}""", 10), Read(file));
    }

    [Fact]
    public void A_dictionary_that_replaces_another_is_refused()
    {
        var file = new ArrowFile(Category("x", 1)).AddDictionary(1, Texts("a"), Body("a"))
            .AddDictionary(1, Texts("b"), Body("b"));

        Assert.Contains("two dictionaries", Assert.Throws<TaskQueueException>(() => Read(file)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Columns_that_differ_about_their_dictionary_are_refused()
    {
        var other = Field("y", FieldType.Int, Int(64)).Set(4, new FlatRecord().Set(0, 1L));

        var error = Assert.Throws<TaskQueueException>(() => Read(new ArrowFile(Category("x", 1), other)));
        Assert.Contains("column 'y': its dictionary is that of a column of another type", error.Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(16, true)]
    [InlineData(16, false)]
    [InlineData(32, true)]
    [InlineData(32, false)]
    [InlineData(64, true)]
    [InlineData(64, false)]
    public void Places_may_have_any_width(int width, bool isSigned)
    {
        var field = Field("x", FieldType.Utf8).Set(4, new FlatRecord().Set(0, 1L).Set(1, Int(width, isSigned)));
        byte[] places = [.. BitConverter.GetBytes(1L)[..(width / 8)], .. BitConverter.GetBytes(0L)[..(width / 8)]];
        var file = new ArrowFile(field)
            .AddDictionary(1, Texts("a", "b"), Body("a", "b"))
            .Add(Batch(2, [2, 0], [0, 0, 0, places.Length]), places);

        Assert.Equal(["""{"x":"b"}""", """{"x":"a"}"""], Read(file));
    }

    [Fact]
    public void Whole_numbers_and_text_of_a_dictionary_are_handed_out_like_others()
    {
        var field = Field("x", FieldType.Int, Int(64)).Set(4, new FlatRecord().Set(0, 1L).Set(1, Int(8)));
        var file = new ArrowFile(field, Category("y", 2))
            .AddDictionary(1, Batch(1, [1, 0], [0, 0, 0, 8]), BitConverter.GetBytes(864691135000000001))
            .AddDictionary(2, Texts("road"), Body("road"))
            .Add(Batch(1, [1, 0, 1, 0], [0, 0, 0, 1, 8, 0, 8, 1]), new byte[16]);
        File.WriteAllBytes(_folder["table"], file.ToBytes());
        using var table = FeatherTable.Open(_folder["table"]);
        var batch = table.ReadBatches().Single();

        Assert.True(batch.Columns[0].TryGetInt64(0, out var number));
        Assert.Equal(864691135000000001, number);
        Assert.Equal("road"u8, batch.Columns[1].GetUtf8(0));
    }

    private static FlatRecord Category(string name, long id) =>
        Field(name, FieldType.Utf8).Set(4, new FlatRecord().Set(0, id).Set(1, Int(8)));

    private static FlatRecord Texts(params string[] texts) =>
        Batch(texts.Length, [texts.Length, 0], [0, 0, 0, 4 * (texts.Length + 1), 16, texts.Sum(text => text.Length)]);

    /// <summary>At most three texts: sixteen bytes of offsets, and the letters.</summary>
    private static byte[] Body(params string[] texts)
    {
        var body = new byte[16];
        for (var index = 0; index < texts.Length; index++)
            BitConverter.TryWriteBytes(body.AsSpan(4 * (index + 1)), texts[..(index + 1)].Sum(text => text.Length));
        return [.. body, .. Encoding.ASCII.GetBytes(string.Concat(texts))];
    }

    private List<string> Read(ArrowFile file)
    {
        File.WriteAllBytes(_folder["table"], file.ToBytes());
        return Rows.Read(_folder["table"]);
    }
}
