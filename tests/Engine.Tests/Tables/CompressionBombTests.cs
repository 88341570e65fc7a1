using TaskQueue.Tables.Guard;
using static TaskQueue.Tests.Tables.ArrowFile;

namespace TaskQueue.Tests.Tables;

/// <summary>Files whose buffers unpack to more, or less, than they should.</summary>
public sealed class CompressionBombTests : IDisposable
{
    private const byte Lz4 = 0;
    private const byte Zstd = 1;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(Lz4)]
    [InlineData(Zstd)]
    public async Task A_buffer_that_packs_as_well_as_it_can_is_read(byte codec)
    {
        const int Rows = 1_000_000;
        Assert.Null(await Read(Rows, codec, codec is Lz4 ? Packed.Lz4(8 * Rows) : Packed.Zstd(8 * Rows)));
    }

    [Theory]
    [InlineData(Lz4, "LZ4 can pack")]
    [InlineData(Zstd, "ZSTD can pack")]
    public async Task A_small_buffer_that_declares_gigabytes_is_refused(byte codec, string complaint)
    {
        const long Declared = 2_000_000_000;
        var packed = codec is Lz4 ? Packed.Lz4(1000, Declared) : Packed.Zstd(1000, Declared);

        Assert.Contains(complaint, await Read(Declared / 8, codec, packed, rows: 1000), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bomb_that_unpacks_to_what_it_declares_is_refused_before_it_is_unpacked()
    {
        const int Rows = 90_000_000;

        Assert.Contains("unpack to more than 42 MiB", await Read(Rows, Zstd, Packed.Zstd(8L * Rows)),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_thousand_buffers_that_declare_megabytes_each_are_refused()
    {
        const int Columns = 1000;
        const int Rows = 250_000;
        var packed = Packed.Zstd(8 * Rows);
        packed = [.. packed, .. new byte[-packed.Length & 7]];
        var fields = Enumerable.Range(0, Columns).Select(column => Field($"x{column}", FieldType.Int, Int(64)))
            .ToArray();
        var nodes = Enumerable.Repeat(new long[] { Rows, 0 }, Columns).SelectMany(node => node).ToArray();
        var buffers = Enumerable.Range(0, Columns)
            .SelectMany(column => new long[] { 0, 0, column * packed.Length, packed.Length }).ToArray();
        var body = Enumerable.Repeat(packed, Columns).SelectMany(bytes => bytes).ToArray();

        Assert.Contains("unpack to more than",
            await Read(new ArrowFile(fields).Add(Batch(Rows, nodes, buffers, Zstd), body)), StringComparison.Ordinal);
    }

    /// <summary>Each frame refers to 8 MiB of its past; all of them together do not fit into memory.</summary>
    [Fact]
    public async Task Wide_tables_of_large_frames_are_read_in_little_memory()
    {
        const int Columns = 100;
        const int Rows = 8_000;
        var packed = Packed.Zstd(1024 * Rows);
        packed = [.. packed, .. new byte[-packed.Length & 7]];
        var field = new FlatRecord().Set(0, 1024);
        var fields = Enumerable.Range(0, Columns).Select(column => Field($"x{column}", FieldType.FixedSizeBinary, field)).ToArray();
        var nodes = Enumerable.Repeat(new long[] { Rows, 0 }, Columns).SelectMany(node => node).ToArray();
        var buffers = Enumerable.Range(0, Columns).SelectMany(column => new long[] { 0, 0, column * packed.Length, packed.Length }).ToArray();
        byte[] body = [.. Enumerable.Repeat(packed, Columns).SelectMany(bytes => bytes), .. new byte[2_000_000]];
        await File.WriteAllBytesAsync(
            _folder["wide"], new ArrowFile(fields).Add(Batch(Rows, nodes, buffers, Zstd), body).ToBytes(), TestContext.Current.CancellationToken);

        var reading = await Hostile.Measure(_folder["wide"], "a wide table");

        Assert.Null(reading.Message);
        Assert.InRange(reading.PeakBytes, 0, 256_000_000);
    }

    [Theory]
    [InlineData(Lz4)]
    [InlineData(Zstd)]
    public async Task More_bytes_than_are_declared_are_refused(byte codec)
    {
        var packed = codec is Lz4 ? Packed.Lz4(8 * 1001, 8 * 1000) : Packed.Zstd(8 * 1001, 8 * 1000);

        Assert.NotNull(await Read(1000, codec, packed));
    }

    [Theory]
    [InlineData(Lz4)]
    [InlineData(Zstd)]
    public async Task Fewer_bytes_than_are_declared_are_refused(byte codec)
    {
        var packed = codec is Lz4 ? Packed.Lz4(8 * 999, 8 * 1000) : Packed.Zstd(8 * 999, 8 * 1000);

        Assert.Contains("fewer bytes than it declares", await Read(1000, codec, packed), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_frame_is_not_read()
    {
        var first = Packed.Lz4(8 * 500, 8 * 1000);

        Assert.Contains("fewer bytes than it declares", await Read(1000, Lz4, [.. first, .. Packed.Lz4(8 * 500)[8..]]),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(255)]
    public async Task An_unknown_codec_is_refused_by_its_number(byte codec) =>
        Assert.Contains($"codec number {codec}", await Read(1000, codec, Packed.Lz4(8000)), StringComparison.Ordinal);

    [Theory]
    [InlineData(Lz4)]
    [InlineData(Zstd)]
    public async Task A_buffer_may_say_that_it_is_not_compressed(byte codec)
    {
        byte[] stored = [.. BitConverter.GetBytes(-1L), .. new byte[8 * 1000]];

        Assert.Null(await Read(1000, codec, stored));
    }

    [Theory]
    [InlineData(Lz4)]
    [InlineData(Zstd)]
    public async Task Damage_anywhere_in_a_frame_never_does_more_than_refuse(byte codec)
    {
        var packed = codec is Lz4 ? Packed.Lz4(8000) : Packed.Zstd(8000);
        for (var at = 0; at < packed.Length; at++)
        {
            foreach (var value in new byte[] { 0, 1, 0x7F, 0x80, 0xFF })
            {
                var damaged = packed.ToArray();
                damaged[at] = value;
                await Read(1000, codec, damaged);
            }
        }
    }

    private Task<string?> Read(long declaredRows, byte codec, byte[] packed, long? rows = null)
    {
        var count = rows ?? declaredRows;
        return Read(new ArrowFile(Field("x", FieldType.Int, Int(64)))
            .Add(Batch(count, [count, 0], [0, 0, 0, packed.Length], codec), packed));
    }

    private async Task<string?> Read(ArrowFile file)
    {
        await File.WriteAllBytesAsync(_folder["bomb"], file.ToBytes(), TestContext.Current.CancellationToken);
        return await Hostile.Read(_folder["bomb"], "bomb");
    }
}
