using TaskQueue.Contracts;
using TaskQueue.Tables.Guard;
using static TaskQueue.Tests.Tables.ArrowFile;

namespace TaskQueue.Tests.Tables;

/// <summary>Files that ask for more than they give.</summary>
public sealed class BombTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_files_of_these_tests_are_right_but_for_their_lies()
    {
        var file = Numbers().Add(Batch(2, [2, 0], [0, 0, 0, 16]), [1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0]);

        Assert.Equal(["{\"x\":1}", "{\"x\":2}"], Rows.Read(Write(file.ToBytes())));
        Assert.Null(await Hostile.Read(_folder["bomb"], "a valid file"));
    }

    [Theory]
    [InlineData(int.MaxValue, int.MaxValue, "100,000,000 rows")]
    [InlineData(1_000_000, 1_000_000, "fewer values than rows")]
    [InlineData(2_000_000, 2, "2 values where 2000000 should be")]
    [InlineData(2, int.MaxValue, "2147483647 values where 2 should be")]
    [InlineData(-1, 2, "negative number of rows")]
    [InlineData(2, -1, "impossible number")]
    [InlineData(long.MaxValue, long.MaxValue, "rows")]
    public Task A_lie_about_the_number_of_rows_is_refused(long rows, long values, string complaint) =>
        IsRefused(Numbers().Add(Batch(rows, [values, 0], [0, 0, 0, 16]), new byte[16]), complaint);

    [Fact]
    public Task Rows_without_columns_are_refused() =>
        IsRefused(new ArrowFile().Add(Batch(5, [], []), []), "rows, but no columns");

    [Fact]
    public Task Rows_without_bytes_are_refused_when_they_are_too_many() =>
        IsRefused(new ArrowFile(Field("x", FieldType.Null))
            .Add(Batch(90_000_000, [90_000_000, 90_000_000], []), []), "unpack to more than");

    [Fact]
    public Task More_rows_than_any_queue_takes_are_refused() =>
        IsRefused(Numbers().Add(Batch(100_000_001, [100_000_001, 0], [0, 0, 0, 16]), new byte[16]), "100,000,000 rows");

    [Fact]
    public Task Nulls_that_are_not_marked_are_refused() =>
        IsRefused(Numbers().Add(Batch(2, [2, 1], [0, 0, 0, 16]), new byte[16]), "does not say which rows are null");

    [Theory]
    [InlineData(0, 24, "outside its batch")]
    [InlineData(8, 16, "outside its batch")]
    [InlineData(-8, 16, "outside its batch")]
    [InlineData(0, -16, "outside its batch")]
    [InlineData(0, 2_000_000_000, "outside its batch")]
    [InlineData(long.MaxValue, 16, "outside its batch")]
    [InlineData(0, 8, "fewer values than rows")]
    public Task A_buffer_that_is_not_in_its_batch_is_refused(long offset, long length, string complaint) =>
        IsRefused(Numbers().Add(Batch(2, [2, 0], [0, 0, offset, length]), new byte[16]), complaint);

    [Fact]
    public Task Columns_that_share_a_buffer_are_refused()
    {
        var file = new ArrowFile(Field("x", FieldType.Int, Int(64)), Field("y", FieldType.Int, Int(64)));
        return IsRefused(file.Add(Batch(1, [1, 0, 1, 0], [0, 0, 0, 8, 0, 0, 0, 8]), new byte[8]), "overlaps another");
    }

    [Fact]
    public Task A_batch_with_fewer_columns_than_the_schema_is_refused() =>
        IsRefused(Numbers().Add(Batch(2, [], []), []), "fewer columns");

    [Fact]
    public Task A_batch_with_more_columns_than_the_schema_is_refused() =>
        IsRefused(Numbers().Add(Batch(1, [1, 0, 1, 0], [0, 0, 0, 8, 8, 0, 8, 8]), new byte[16]), "more columns");

    [Fact]
    public async Task One_block_that_is_listed_many_times_is_refused()
    {
        var file = Numbers().Add(Batch(2, [2, 0], [0, 0, 0, 16]), new byte[16]);
        var block = file.Batches.ToArray();
        for (var count = 1; count < 200_000; count++)
            file.Batches.AddRange(block);

        await IsRefused(file, "two batches overlap");
    }

    [Theory]
    [InlineData(0, 8, 0, "overlap")]
    [InlineData(8, 1_000_000_000, 0, "outside the file")]
    [InlineData(8, 8, long.MaxValue, "outside the file")]
    [InlineData(-8, 8, 8, "overlap")]
    [InlineData(long.MaxValue, 8, 8, "outside the file")]
    [InlineData(8, -1, 8, "outside the file")]
    public Task A_block_that_is_not_in_the_file_is_refused(long offset, long header, long body, string complaint)
    {
        var file = Numbers();
        file.Batches.AddRange([offset, header, body]);
        return IsRefused(file, complaint);
    }

    [Fact]
    public Task A_footer_and_a_batch_that_disagree_are_refused()
    {
        var file = Numbers().Add(Batch(2, [2, 0], [0, 0, 0, 16]), new byte[16]);
        file.Batches[2] -= 8;
        return IsRefused(file, "disagree");
    }

    [Fact]
    public Task A_dictionary_of_one_large_text_for_many_rows_is_refused()
    {
        const int Rows = 1_000_000;
        const int TextLength = 1 << 20;
        var index = Packed.Lz4(Rows);
        var file = Categories()
            .AddDictionary(7, Batch(1, [1, 0], [0, 0, 0, 8, 8, TextLength]),
                [0, 0, 0, 0, 0, 0, 0x10, 0, .. new byte[TextLength]])
            .Add(Batch(Rows, [Rows, 0], [0, 0, 0, index.Length], codec: 0), index);
        return IsRefused(file, "come to more than 256 MiB");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(255)]
    public Task A_place_that_a_dictionary_does_not_have_is_refused(byte place)
    {
        var file = Categories()
            .AddDictionary(7, Batch(1, [1, 0], [0, 0, 0, 8, 8, 1]),
                [0, 0, 0, 0, 1, 0, 0, 0, (byte)'a', 0, 0, 0, 0, 0, 0, 0])
            .Add(Batch(1, [1, 0], [0, 0, 0, 1]), [place]);
        return IsRefused(file, "dictionary of 1");
    }

    [Fact]
    public Task A_dictionary_that_is_missing_is_refused() =>
        IsRefused(Categories().Add(Batch(1, [1, 0], [0, 0, 0, 1]), [0]), "dictionary of 0");

    [Fact]
    public Task Many_views_of_one_large_text_are_refused()
    {
        const int Rows = 60_000;
        const int TextLength = 1 << 20;
        var views = new byte[16 * Rows];
        for (var row = 0; row < Rows; row++)
            views[(16 * row) + 2] = 0x10;
        var file = new ArrowFile(Field("x", FieldType.Utf8View))
            .Add(Batch(Rows, [Rows, 0], [0, 0, 0, views.Length, views.Length, TextLength], null, 1),
                [.. views, .. new byte[TextLength]]);
        return IsRefused(file, "come to more than 256 MiB");
    }

    [Theory]
    [InlineData(13, 1, 0)]
    [InlineData(13, -1, 0)]
    [InlineData(13, 0, 8)]
    [InlineData(13, 0, -1)]
    [InlineData(int.MaxValue, 0, 0)]
    [InlineData(-1, 0, 0)]
    public Task A_view_that_points_outside_its_buffers_is_refused(int length, int buffer, int offset)
    {
        byte[] view = [.. BitConverter.GetBytes(length), 0, 0, 0, 0, .. BitConverter.GetBytes(buffer),
            .. BitConverter.GetBytes(offset)];
        var file = new ArrowFile(Field("x", FieldType.Utf8View))
            .Add(Batch(1, [1, 0], [0, 0, 0, 16, 16, 16], null, 1), [.. view, .. new byte[16]]);
        return IsRefused(file, "view");
    }

    [Fact]
    public Task One_text_of_many_megabytes_is_refused()
    {
        const int TextLength = 64 << 20;
        var file = Texts().Add(Batch(1, [1, 0], [0, 0, 0, 8, 8, TextLength]),
            [0, 0, 0, 0, 0, 0, 0, 4, .. new byte[TextLength]]);
        return IsRefused(file, "16 MiB");
    }

    [Theory]
    [InlineData(0, 5, 3)]
    [InlineData(0, -1, 3)]
    [InlineData(-4, 0, 3)]
    [InlineData(0, 1, 9)]
    [InlineData(2_000_000_000, 2_000_000_001, 2_000_000_002)]
    public Task Offsets_that_do_not_follow_each_other_in_the_text_are_refused(int first, int second, int third)
    {
        byte[] offsets = [.. BitConverter.GetBytes(first), .. BitConverter.GetBytes(second),
            .. BitConverter.GetBytes(third), 0, 0, 0, 0];
        var file = Texts().Add(Batch(2, [2, 0], [0, 0, 0, 12, 16, 8]), [.. offsets, .. "abcdefgh"u8]);
        return IsRefused(file, "column 'x'");
    }

    [Theory]
    [InlineData(new byte[] { 0xC3, 0x28 })]
    [InlineData(new byte[] { 0xFF, 0x41 })]
    [InlineData(new byte[] { 0xED, 0xA0 })]
    public Task Text_that_is_not_utf8_is_refused(byte[] text) =>
        IsRefused(Texts().Add(Batch(1, [1, 0], [0, 0, 0, 8, 8, 2]), [0, 0, 0, 0, 2, 0, 0, 0, .. text]), "not UTF-8");

    [Fact]
    public Task A_character_that_is_cut_in_two_is_refused() =>
        IsRefused(Texts().Add(Batch(2, [2, 0], [0, 0, 0, 12, 16, 2]),
            [0, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0xC3, 0xB8]), "not UTF-8");

    [Fact]
    public Task Lists_of_many_nothings_are_refused()
    {
        const int Items = 8_000_000;
        var file = new ArrowFile(Field("x", FieldType.List, null, Field("item", FieldType.Null)))
            .Add(Batch(1, [1, 0, Items, Items], [0, 0, 0, 8]), [0, 0, 0, 0, .. BitConverter.GetBytes(Items)]);
        return IsRefused(file, "16 MiB");
    }

    [Fact]
    public Task A_list_with_fewer_items_than_its_offsets_say_is_refused()
    {
        var file = new ArrowFile(Field("x", FieldType.List, null, Field("item", FieldType.Int, Int(8))))
            .Add(Batch(1, [1, 0, 2, 0], [0, 0, 0, 8, 8, 0, 8, 2]), [0, 0, 0, 0, 3, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8]);
        return IsRefused(file, "fewer values");
    }

    [Fact]
    public async Task A_file_that_shrinks_while_it_is_read_is_an_error()
    {
        const int Rows = 200_000;
        var path = Write(Numbers().Add(Batch(Rows, [Rows, 0], [0, 0, 0, 8 * Rows]), new byte[8 * Rows]).ToBytes());
        using var table = TaskQueue.Tables.FeatherTable.Open(path);
        using var batches = table.ReadBatches().GetEnumerator();
        Assert.True(batches.MoveNext());

        await using (var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
            file.SetLength(1000);

        var error = Assert.Throws<TaskQueueException>(() => { while (batches.MoveNext()) { } });
        Assert.Contains("changed or cut off", error.Message, StringComparison.Ordinal);
    }

    private static ArrowFile Numbers() => new(Field("x", FieldType.Int, Int(64)));

    private static ArrowFile Texts() => new(Field("x", FieldType.Utf8));

    private static ArrowFile Categories() =>
        new(Field("x", FieldType.Utf8).Set(4, new FlatRecord().Set(0, 7L).Set(1, Int(8))));

    private string Write(byte[] bytes)
    {
        File.WriteAllBytes(_folder["bomb"], bytes);
        return _folder["bomb"];
    }

    private async Task IsRefused(ArrowFile file, string complaint)
    {
        var refusal = await Hostile.Read(Write(file.ToBytes()), complaint);
        Assert.True(refusal?.Contains(complaint, StringComparison.Ordinal), refusal ?? "It was read.");
    }
}
