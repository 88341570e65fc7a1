using TaskQueue.Tables.Guard;
using static TaskQueue.Tests.Tables.ArrowFile;

namespace TaskQueue.Tests.Tables.Bombs;

/// <summary>Buffers that unpack to more, or less, than they should, and rows that take no bytes.</summary>
internal static class PackedBombs
{
    private const byte Lz4 = 0;
    private const byte Zstd = 1;

    public static IEnumerable<Bomb> All =>
    [
        .. Frames("LZ4", Lz4, Packed.Lz4),
        .. Frames("ZSTD", Zstd, Packed.Zstd),
        new("90,000,000 numbers in 22 KiB", "unpack to more than", () => Numbers(90_000_000, Zstd, Packed.Zstd(8L * 90_000_000))),
        new("a thousand columns of 2 MB in a few bytes", "unpack to more than", ManyColumns),
        new("a second LZ4 frame", "Apache.Arrow says",
            () => Numbers(1000, Lz4, [.. Packed.Lz4(8 * 500, 8 * 1000), .. Packed.Lz4(8 * 500)[8..]])),
        new("codec number 2", "codec number 2", () => Numbers(1000, 2, Packed.Lz4(8000))),
        new("codec number 255", "codec number 255", () => Numbers(1000, 255, Packed.Lz4(8000))),
        new("a batch packed as a whole", "compressed as a whole", () => BatchBombs.Numbers().Add(
            Batch(1, [1, 0], [0, 0, 0, 8]).Set(3, new FlatRecord().Set(0, Lz4).Set(1, (byte)1)), new byte[8])),
        new("a packed buffer of 7 bytes", "Apache.Arrow says", () => Numbers(1, Lz4, new byte[7])),
        .. Nothings(),
    ];

    private static IEnumerable<Bomb> Frames(string name, byte codec, Func<long, long?, byte[]> pack)
    {
        yield return new($"{name} that packs as well as it can", null, () => Numbers(1_000_000, codec, pack(8_000_000, null)));
        yield return new($"{name} of 4,000,000 numbers", Bomb.Either, () => Numbers(4_000_000, codec, pack(32_000_000, null)));
        yield return new($"{name} that is not packed", null, () => Numbers(1000, codec, [.. BitConverter.GetBytes(-1L), .. new byte[8000]]));
        yield return new($"{name} with fewer bytes than declared", "Apache.Arrow says", () => Numbers(1000, codec, pack(7992, 8000)));
        // What is declared is there, and nobody reads on.
        yield return new($"{name} with more bytes than declared", codec is Lz4 ? null : "Apache.Arrow says",
            () => Numbers(1000, codec, pack(8008, 8000)));
        yield return new($"{name} that declares 2 GB", "unpack to more than", () => Numbers(1000, codec, pack(1000, 2_000_000_000)));
        yield return new($"{name} that declares 3 GB", "2,047 MiB", () => Numbers(1000, codec, pack(1000, 3_000_000_000)));
        yield return new($"{name} that declares -2 bytes", "Apache.Arrow says", () => Numbers(1000, codec, pack(1000, -2)));
    }

    private static IEnumerable<Bomb> Nothings()
    {
        foreach (var rows in (int[])[100_000, 1_900_000])
        {
            yield return new($"{rows} rows that have no bytes", null,
                () => new ArrowFile(Field("x", FieldType.Null)).Add(Batch(rows, [rows, rows], []), []));
        }

        yield return new("500 columns that have no bytes", Bomb.Either, () =>
        {
            var fields = Enumerable.Range(0, 500).Select(column => Field($"x{column}", FieldType.Null));
            var nodes = Enumerable.Repeat(new long[] { 64_000, 64_000 }, 500).SelectMany(node => node);
            return new ArrowFile([.. fields]).Add(Batch(64_000, [.. nodes], []), []);
        });
        yield return new("structs within structs that have no bytes", Bomb.Either, () =>
        {
            var field = Field("x", FieldType.Null);
            for (var level = 1; level < 60; level++)
                field = Field("x", FieldType.Struct, null, field);
            var nodes = Enumerable.Repeat(new long[] { 400_000, 0 }, 60).SelectMany(node => node);
            return new ArrowFile(field).Add(Batch(400_000, [.. nodes], [.. new long[2 * 59]]), []);
        });
        yield return new("lists of a fixed size that have no bytes", Bomb.Either, () =>
        {
            var list = Field("x", FieldType.FixedSizeList, new FlatRecord().Set(0, 1000), Field("item", FieldType.Null));
            return new ArrowFile(list).Add(Batch(30_000, [30_000, 0, 30_000_000, 30_000_000], [0, 0]), []);
        });
    }

    private static ArrowFile Numbers(long rows, byte codec, byte[] packed) =>
        BatchBombs.Numbers().Add(Batch(rows, [rows, 0], [0, 0, 0, packed.Length], codec), packed);

    private static ArrowFile ManyColumns()
    {
        const int Columns = 1000;
        const int Rows = 250_000;
        var packed = Packed.Zstd(8 * Rows);
        var length = packed.Length;
        packed = [.. packed, .. new byte[-length & 7]];
        var fields = Enumerable.Range(0, Columns).Select(column => Field($"x{column}", FieldType.Int, Int(64)));
        var nodes = Enumerable.Repeat(new long[] { Rows, 0 }, Columns).SelectMany(node => node);
        var buffers = Enumerable.Range(0, Columns).SelectMany(column => new long[] { 0, 0, column * packed.Length, length });
        var body = Enumerable.Repeat(packed, Columns).SelectMany(bytes => bytes);
        return new ArrowFile([.. fields]).Add(Batch(Rows, [.. nodes], [.. buffers], Zstd), [.. body]);
    }
}
