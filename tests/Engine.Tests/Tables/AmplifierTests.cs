using TaskQueue.Tables.Guard;
using static TaskQueue.Tests.Tables.ArrowFile;

namespace TaskQueue.Tests.Tables;

/// <summary>Small files that are right in all their parts, and say as much as they can: read or refused at little cost.</summary>
public sealed class AmplifierTests(ITestOutputHelper output) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(100_000)]
    [InlineData(1_900_000)]
    public Task Rows_that_have_no_bytes(int rows) =>
        Read(new ArrowFile(Field("x", FieldType.Null)).Add(Batch(rows, [rows, rows], []), []));

    [Fact]
    public Task Columns_that_have_no_bytes()
    {
        const int Columns = 500;
        const int Rows = 64_000;
        var fields = Enumerable.Range(0, Columns).Select(column => Field($"x{column}", FieldType.Null));
        var nodes = Enumerable.Repeat(new long[] { Rows, Rows }, Columns).SelectMany(node => node);
        return Read(new ArrowFile([.. fields]).Add(Batch(Rows, [.. nodes], []), []));
    }

    [Fact]
    public Task Structs_within_structs_that_have_no_bytes()
    {
        const int Depth = 60;
        const int Rows = 400_000;
        var field = Field("x", FieldType.Null);
        for (var level = 1; level < Depth; level++)
            field = Field("x", FieldType.Struct, null, field);
        var nodes = Enumerable.Repeat(new long[] { Rows, 0 }, Depth).SelectMany(node => node);
        return Read(new ArrowFile(field).Add(Batch(Rows, [.. nodes], [.. new long[2 * (Depth - 1)]]), []));
    }

    [Fact]
    public Task Lists_of_a_fixed_size_that_have_no_bytes()
    {
        const int Size = 1000;
        const int Rows = 30_000;
        var list = Field("x", FieldType.FixedSizeList, new FlatRecord().Set(0, Size), Field("item", FieldType.Null));
        return Read(new ArrowFile(list).Add(Batch(Rows, [Rows, 0, Rows * Size, Rows * Size], [0, 0]), []));
    }

    [Theory]
    [InlineData(10)]
    [InlineData(100)]
    [InlineData(10_000)]
    public Task A_text_of_a_dictionary_for_every_row(int length)
    {
        const int Rows = 1_500_000;
        var index = Packed.Lz4(Rows);
        var padding = -length & 7;
        var field = Field("x", FieldType.Utf8).Set(4, new FlatRecord().Set(0, 7L).Set(1, Int(8)));
        return Read(new ArrowFile(field)
            .AddDictionary(7, Batch(1, [1, 0], [0, 0, 0, 8, 8, length]),
                [0, 0, 0, 0, .. BitConverter.GetBytes(length), .. new byte[length + padding]])
            .Add(Batch(Rows, [Rows, 0], [0, 0, 0, index.Length], codec: 0), index));
    }

    [Theory]
    [InlineData(13)]
    [InlineData(1000)]
    public Task A_text_that_every_view_points_to(int length)
    {
        const int Rows = 200_000;
        var view = new byte[16];
        BitConverter.TryWriteBytes(view, length);
        var views = Enumerable.Repeat(view, Rows).SelectMany(bytes => bytes).ToArray();
        return Read(new ArrowFile(Field("x", FieldType.Utf8View))
            .Add(Batch(Rows, [Rows, 0], [0, 0, 0, views.Length, views.Length, length], null, 1), [.. views, .. new byte[length]]));
    }

    [Fact]
    public Task Rows_of_packed_numbers()
    {
        const int Rows = 4_000_000;
        var packed = Packed.Zstd(8L * Rows);
        return Read(new ArrowFile(Field("x", FieldType.Int, Int(64))).Add(Batch(Rows, [Rows, 0], [0, 0, 0, packed.Length], 1), packed));
    }

    private async Task Read(ArrowFile file)
    {
        var bytes = file.ToBytes();
        await File.WriteAllBytesAsync(_folder["bomb"], bytes, TestContext.Current.CancellationToken);
        output.WriteLine(await Hostile.Read(_folder["bomb"], $"{bytes.Length} bytes") ?? "A valid table.");
    }
}
