using System.Buffers.Binary;
using TaskQueue.Tables.Guard;
using static TaskQueue.Tests.Tables.ArrowFile;

namespace TaskQueue.Tests.Tables.Bombs;

/// <summary>Batches whose headers lie: about rows, nulls, buffers and where they stand.</summary>
internal static class BatchBombs
{
    public static IEnumerable<Bomb> All =>
    [
        new("nothing", null, () => Numbers(rows: 2)),
        .. Rows(),
        .. Buffers(),
        .. Blocks(),
        new("nulls that are not marked", "does not say which rows are null",
            () => Numbers().Add(Batch(2, [2, 1], [0, 0, 0, 16]), new byte[16])),
        new("more nulls than rows", "impossible number",
            () => Numbers().Add(Batch(2, [2, 3], [0, 0, 0, 16]), new byte[16])),
        new("too few marks of nulls", "fewer values than rows",
            () => Numbers().Add(Batch(100, [100, 1], [0, 8, 8, 800]), new byte[808])),
        new("buffers as they were before version 4", "fewer values than rows", () =>
            new ArrowFile(Field("x", FieldType.Int, Int(64)), Field("y", FieldType.Int, Int(64))) { Version = Version1 }.Add(
                Batch(1, [1, 0, 1, 0], []).Set(2, [0, 0, 0, 0, 0, 8, 0, 0, 0, 0, 8, 8], perStruct: 3), new byte[16])),
        new("fewer columns than the schema", "fewer columns", () => Numbers().Add(Batch(2, [], []), [])),
        new("more columns than the schema", "more columns",
            () => Numbers().Add(Batch(1, [1, 0, 1, 0], [0, 0, 0, 8, 8, 0, 8, 8]), new byte[16])),
        new("fewer buffers than columns need", "fewer buffers",
            () => Numbers().Add(Batch(1, [1, 0], [0, 0]), new byte[8])),
        new("fewer view buffers than it says", "fewer buffers", () => new ArrowFile(Field("x", FieldType.Utf8View))
            .Add(Batch(1, [1, 0], [0, 0, 0, 16], null, 1_000_000), new byte[16])),
        new("no number of view buffers", "fewer buffers", () => new ArrowFile(Field("x", FieldType.Utf8View))
            .Add(Batch(1, [1, 0], [0, 0, 0, 16]), new byte[16])),
    ];

    private static IEnumerable<Bomb> Rows()
    {
        foreach (var (rows, values, complaint) in ((long, long, string)[])[
            (int.MaxValue, int.MaxValue, "100,000,000 rows"),
            (100_000_001, 100_000_001, "100,000,000 rows"),
            (long.MaxValue, long.MaxValue, "100,000,000 rows"),
            (1_000_000, 1_000_000, "fewer values than rows"),
            (2_000_000, 2, "2 values where 2000000 should be"),
            (2, int.MaxValue, "2147483647 values where 2 should be"),
            (-1, 2, "negative number of rows"),
            (2, -1, "impossible number"),
        ])
        {
            yield return new($"{rows} rows of {values} values", complaint,
                () => Numbers().Add(Batch(rows, [values, 0], [0, 0, 0, 16]), new byte[16]));
        }

        yield return new("rows without columns", "rows, but no columns", () => new ArrowFile().Add(Batch(5, [], []), []));
        yield return new("90,000,000 rows without bytes", "unpack to more than",
            () => new ArrowFile(Field("x", FieldType.Null)).Add(Batch(90_000_000, [90_000_000, 90_000_000], []), []));
    }

    private static IEnumerable<Bomb> Buffers()
    {
        foreach (var (offset, length, complaint) in ((long, long, string)[])[
            (0, 24, "outside its batch"),
            (8, 16, "outside its batch"),
            (-8, 16, "outside its batch"),
            (0, -16, "outside its batch"),
            (0, 2_000_000_000, "outside its batch"),
            (long.MaxValue, 16, "outside its batch"),
            (0, 8, "fewer values than rows"),
        ])
        {
            yield return new($"a buffer at {offset} of {length} bytes", complaint,
                () => Numbers().Add(Batch(2, [2, 0], [0, 0, offset, length]), new byte[16]));
        }

        yield return new("columns that share a buffer", "overlaps another",
            () => new ArrowFile(Field("x", FieldType.Int, Int(64)), Field("y", FieldType.Int, Int(64)))
                .Add(Batch(1, [1, 0, 1, 0], [0, 0, 0, 8, 0, 0, 0, 8]), new byte[8]));
    }

    private static IEnumerable<Bomb> Blocks()
    {
        foreach (var (offset, header, body, complaint) in ((long, long, long, string)[])[
            (0, 8, 0, "overlap"),
            (8, 1_000_000_000, 0, "outside the file"),
            (8, 8, long.MaxValue, "outside the file"),
            (8, 8, 2_000_000_000, "outside the file"),
            (-8, 8, 8, "overlap"),
            (long.MaxValue, 8, 8, "outside the file"),
            (8, -1, 8, "outside the file"),
        ])
        {
            yield return new($"a block at {offset} of {header} and {body} bytes", complaint, () => Block(offset, header, body));
        }

        yield return new("one block listed 200,000 times", "two batches overlap", () =>
        {
            var file = Numbers(rows: 2);
            var block = file.Batches.ToArray();
            for (var count = 1; count < 200_000; count++)
                file.Batches.AddRange(block);
            return file;
        });
        yield return new("a footer and a batch that disagree", "disagree", () =>
        {
            var file = Numbers(rows: 2);
            file.Batches[2] -= 8;
            return file;
        });
        yield return new("a header longer than its block", "length of a batch header", () => WithHeaderLength(length => length + 8));
        yield return new("a header shorter than its block", "length of a batch header", () => WithHeaderLength(length => length - 8));
        yield return new("a header of -1 bytes", "length of a batch header", () => WithHeaderLength(_ => -1));
        yield return new("a schema in place of a batch", "missing where one should be", SchemaAsBatch);
    }

    public static ArrowFile Numbers() => new(Field("x", FieldType.Int, Int(64)));

    private static ArrowFile Numbers(int rows) =>
        Numbers().Add(Batch(rows, [rows, 0], [0, 0, 0, 8 * rows]), new byte[8 * rows]);

    private static ArrowFile Block(long offset, long header, long body)
    {
        var file = Numbers();
        file.Batches.AddRange([offset, header, body]);
        return file;
    }

    private static byte[] WithHeaderLength(Func<int, int> change)
    {
        var file = Numbers(rows: 2);
        var bytes = file.ToBytes();
        var prefix = bytes.AsSpan((int)file.Batches[0] + 4, 4);
        BinaryPrimitives.WriteInt32LittleEndian(prefix, change(BinaryPrimitives.ReadInt32LittleEndian(prefix)));
        return bytes;
    }

    private static ArrowFile SchemaAsBatch()
    {
        var file = Numbers();
        file.AddDictionary(1, Batch(0, [0, 0], [0, 0, 0, 0]), []);
        file.Batches.AddRange(file.Dictionaries);
        file.Dictionaries.Clear();
        return file;
    }
}
