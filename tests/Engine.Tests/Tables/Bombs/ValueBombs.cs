using System.Text;
using TaskQueue.Tables.Guard;
using static TaskQueue.Tests.Tables.ArrowFile;

namespace TaskQueue.Tests.Tables.Bombs;

/// <summary>Values that refer to what is not there, or to more than there is.</summary>
internal static class ValueBombs
{
    public static IEnumerable<Bomb> All => [.. Texts(), .. Views(), .. Dictionaries(), .. Lists(), .. RunEnds(), .. Maps()];

    private static IEnumerable<Bomb> Texts()
    {
        foreach (var offsets in (int[][])[[0, 5, 3], [0, -1, 3], [-4, 0, 3], [0, 1, 9], [2_000_000_000, 2_000_000_001, 2_000_000_002]])
        {
            yield return new($"offsets {string.Join(", ", offsets)}", "column 'x'",
                () => Text().Add(Batch(2, [2, 0], [0, 0, 0, 12, 16, 8]), [.. Numbers(offsets), 0, 0, 0, 0, .. "abcdefgh"u8]));
        }

        foreach (var text in (byte[][])[[0xC3, 0x28], [0xFF, 0x41], [0xED, 0xA0]])
        {
            yield return new($"text {Convert.ToHexString(text)}", "not UTF-8",
                () => Text().Add(Batch(1, [1, 0], [0, 0, 0, 8, 8, 2]), [.. Numbers(0, 2), .. text]));
            yield return new($"a view of text {Convert.ToHexString(text)}", "not UTF-8",
                () => new ArrowFile(Field("x", FieldType.Utf8View)).Add(Batch(1, [1, 0], [0, 0, 0, 16], null, 0),
                    [.. Numbers(2), .. text, .. new byte[10]]));
        }

        yield return new("a character that is cut in two", "not UTF-8",
            () => Text().Add(Batch(2, [2, 0], [0, 0, 0, 12, 16, 2]), [.. Numbers(0, 1, 2, 0), 0xC3, 0xB8]));
        yield return new("a text of 64 MiB", "16 MiB",
            () => Text().Add(Batch(1, [1, 0], [0, 0, 0, 8, 8, 64 << 20]), [.. Numbers(0, 64 << 20), .. new byte[64 << 20]]));
    }

    private static IEnumerable<Bomb> Views()
    {
        foreach (var (length, buffer, offset) in ((int, int, int)[])[
            (13, 1, 0), (13, -1, 0), (13, 0, 8), (13, 0, -1), (int.MaxValue, 0, 0), (-1, 0, 0),
        ])
        {
            yield return new($"a view of {length} bytes at {offset} of buffer {buffer}", "view that points outside",
                () => new ArrowFile(Field("x", FieldType.Utf8View)).Add(Batch(1, [1, 0], [0, 0, 0, 16, 16, 16], null, 1),
                    [.. Numbers(length, 0, buffer, offset), .. new byte[16]]));
        }

        yield return new("60,000 views of 1 MiB", "come, as rows, to more than", () => Shared(60_000, 1 << 20));
        yield return new("200,000 views of 1,000 bytes", Bomb.Either, () => Shared(200_000, 1000));
    }

    private static IEnumerable<Bomb> Dictionaries()
    {
        foreach (var place in (byte[])[1, 255])
        {
            yield return new($"place {place} of a dictionary of 1", "dictionary of 1",
                () => OfDictionary(place).AddDictionary(7, OneText(1), [.. Numbers(0, 1), (byte)'a']));
        }

        yield return new("a dictionary that is missing", "the dictionary of 'x' is missing", () => OfDictionary(0));
        yield return new("a dictionary that is continued and never begun", "has not begun",
            () => OfDictionary(0).AddDictionary(7, OneText(1), [.. Numbers(0, 1), (byte)'a'], isDelta: true));
        yield return new("a dictionary of its own places", "Apache.Arrow says", () => new ArrowFile(
            Category(Field("x", FieldType.List, null, Category(Field("item", FieldType.List, null, Field("leaf", FieldType.Null)))))));
        yield return new("100 parts of a dictionary", null, () =>
        {
            var file = OfDictionary(0);
            for (var part = 0; part < 100; part++)
                file.AddDictionary(7, OneText(1000), [.. Numbers(0, 1000), .. new byte[1000]], isDelta: part > 0);
            return file;
        });
        yield return new("10,001 parts of a dictionary", "10000 dictionary batches", () =>
        {
            var file = OfDictionary(0);
            for (var part = 0; part <= 10_000; part++)
                file.AddDictionary(7, OneText(1), [.. Numbers(0, 1), (byte)'a'], isDelta: part > 0);
            return file;
        });
        yield return new("3,000 parts of a dictionary", "unpack to more than", () =>
        {
            var file = OfDictionary(0);
            for (var part = 0; part < 3_000; part++)
                file.AddDictionary(7, OneText(1000), [.. Numbers(0, 1000), .. new byte[1000]], isDelta: part > 0);
            return file;
        });
        foreach (var (rows, length, complaint) in ((int, int, string)[])[
            (1_000_000, 1 << 20, "come, as rows, to more than"), (1_500_000, 10, Bomb.Either), (1_500_000, 100, Bomb.Either),
            (1_500_000, 10_000, Bomb.Either),
        ])
        {
            yield return new($"{rows} rows of one text of {length} bytes", complaint, () =>
            {
                var places = Packed.Lz4(rows);
                return new ArrowFile(Category(Field("x", FieldType.Utf8)))
                    .AddDictionary(7, OneText(length), [.. Numbers(0, length), .. new byte[length]])
                    .Add(Batch(rows, [rows, 0], [0, 0, 0, places.Length], codec: 0), places);
            });
        }
    }

    private static IEnumerable<Bomb> Lists()
    {
        yield return new("a list of 8,000,000 nothings", "16 MiB", () => ListOf(Field("item", FieldType.Null))
            .Add(Batch(1, [1, 0, 8_000_000, 8_000_000], [0, 0, 0, 8]), Numbers(0, 8_000_000)));
        yield return new("a list with fewer items than its offsets say", "fewer values",
            () => ListOf(Field("item", FieldType.Int, Int(8)))
                .Add(Batch(1, [1, 0, 2, 0], [0, 0, 0, 8, 8, 0, 8, 2]), [.. Numbers(0, 3), .. new byte[8]]));

        foreach (var (offset, size) in ((int, int)[])[(0, 3), (3, 0), (-1, 1), (0, -1), (int.MaxValue, int.MaxValue)])
        {
            yield return new($"a list view of {size} items at {offset}", "list that lies outside its items",
                () => new ArrowFile(Field("x", FieldType.ListView, null, Field("item", FieldType.Int, Int(8))))
                    .Add(Batch(1, [1, 0, 2, 0], [0, 0, 0, 4, 8, 4, 16, 0, 16, 2]),
                        [.. Numbers(offset, 0, size, 0), .. new byte[8]]));
        }

        yield return new("list views over one another", "come, as rows, to more than", () => ListViews(levels: 1));
        yield return new("list views over list views over list views", "come, as rows, to more than", () => ListViews(levels: 20));
    }

    private static IEnumerable<Bomb> RunEnds()
    {
        foreach (var (ends, complaint) in ((int[], string?)[])[
            ([2, 1], "do not follow each other"), ([1, 1], "do not follow each other"), ([-1, 4], "do not follow each other"),
            ([0, 4], "do not follow each other"), ([4, 4], "do not follow each other"), ([5, 4], "do not follow each other"),
            ([1, 2], "end before its rows"), ([2, 2_000_000_000], null),
        ])
        {
            yield return new($"runs that end at {string.Join(", ", ends)} of 4 rows", complaint, () => InStruct(Runs())
                .Add(Batch(4, [4, 0, 4, 0, 2, 0, 2, 0], [0, 0, 0, 0, 0, 8, 8, 0, 8, 2]), [.. Numbers(ends), .. new byte[8]]));
        }

        yield return new("fewer run ends than values", "runs do not fit", () => InStruct(Runs())
            .Add(Batch(4, [4, 0, 4, 0, 1, 0, 2, 0], [0, 0, 0, 0, 0, 4, 8, 0, 8, 2]), [.. Numbers(4, 0), .. new byte[8]]));
        yield return new("run ends that are null", "runs do not fit", () => InStruct(Runs())
            .Add(Batch(4, [4, 0, 4, 0, 2, 1, 2, 0], [0, 0, 0, 1, 8, 8, 16, 0, 16, 2]),
                [1, 0, 0, 0, 0, 0, 0, 0, .. Numbers(2, 4), .. new byte[8]]));
        yield return new("runs that end before the rows of a column", "end before its rows", () => new ArrowFile(Runs())
            .Add(Batch(4, [4, 0, 1, 0, 1, 0], [0, 0, 0, 4, 8, 0, 8, 1]), [.. Numbers(3, 0), 1]));
        yield return new("a run of 90,000,000 rows", "unpack to more than", () => new ArrowFile(Runs())
            .Add(Batch(90_000_000, [90_000_000, 0, 1, 0, 1, 0], [0, 0, 0, 4, 8, 0, 8, 1]), [.. Numbers(90_000_000, 0), 1]));
        yield return new("a run of one text of 1 MiB", "come, as rows, to more than", () =>
            new ArrowFile(Field("x", FieldType.RunEndEncoded, null, Field("run_ends", FieldType.Int, Int(32)), Field("values", FieldType.Utf8)))
                .Add(Batch(1_000_000, [1_000_000, 0, 1, 0, 1, 0], [0, 0, 0, 4, 8, 0, 8, 8, 16, 1 << 20]),
                    [.. Numbers(1_000_000, 0, 0, 1 << 20), .. new byte[1 << 20]]));
    }

    private static IEnumerable<Bomb> Maps()
    {
        yield return new("a key that stands in a map twice", "the key 'a' twice", () => Map(keyNulls: 0));
        yield return new("a key that is null", "a key of a map is null", () => Map(keyNulls: 1));
        yield return new("a map of 300,000 keys", null, () => MapOf(Field("key", FieldType.FixedSizeBinary, new FlatRecord().Set(0, 4)))
            .Add(Batch(1, [1, 0, 300_000, 0, 300_000, 0, 300_000, 300_000], [0, 0, 0, 8, 8, 0, 8, 0, 8, 1_200_000]),
                [.. Numbers(0, 300_000), .. new byte[1_200_000]]));
        yield return new("a map of 300,000 text keys", null, () => Texts(300_000));
        yield return new("a map of 1,000,000 equal keys", "twice", () => MapOf(Field("key", FieldType.Utf8))
            .Add(Batch(1, [1, 0, 1_000_000, 0, 1_000_000, 0, 1_000_000, 1_000_000],
                    [0, 0, 0, 8, 8, 0, 8, 0, 8, 4_000_004, 8, 0]), [.. Numbers(0, 1_000_000), .. new byte[4_000_008]]));
    }

    private static ArrowFile Text() => new(Field("x", FieldType.Utf8));

    private static FlatRecord Category(FlatRecord field) => field.Set(4, new FlatRecord().Set(0, 7L).Set(1, Int(8)));

    /// <summary>One row, which refers to a place in dictionary 7.</summary>
    private static ArrowFile OfDictionary(byte place) => new ArrowFile(Category(Field("x", FieldType.Utf8)))
        .Add(Batch(1, [1, 0], [0, 0, 0, 1]), [place]);

    private static FlatRecord OneText(int length) => Batch(1, [1, 0], [0, 0, 0, 8, 8, length]);

    private static ArrowFile ListOf(FlatRecord item) => new(Field("x", FieldType.List, null, item));

    /// <summary>Many views of one text.</summary>
    private static ArrowFile Shared(int rows, int length)
    {
        var views = new byte[16 * rows];
        for (var row = 0; row < rows; row++)
            BitConverter.TryWriteBytes(views.AsSpan(16 * row), length);
        return new ArrowFile(Field("x", FieldType.Utf8View)).Add(
            Batch(rows, [rows, 0], [0, 0, 0, views.Length, views.Length, length], null, 1), [.. views, .. new byte[length]]);
    }

    /// <summary>Each of 1,000 lists of a level holds all of the level below.</summary>
    private static ArrowFile ListViews(int levels)
    {
        const int Rows = 1000;
        var field = Field("leaf", FieldType.Null);
        var nodes = new List<long>();
        var buffers = new List<long>();
        for (var level = 0; level < levels; level++)
        {
            field = Field("x", FieldType.ListView, null, field);
            nodes.AddRange([Rows, 0]);
            buffers.AddRange([0, 0, 8L * Rows * level, 4 * Rows, (8L * Rows * level) + (4 * Rows), 4 * Rows]);
        }

        var level0 = new byte[8 * Rows];
        for (var row = 0; row < Rows; row++)
            BitConverter.TryWriteBytes(level0.AsSpan((4 * Rows) + (4 * row)), Rows);
        // The innermost level has lists of many nothings.
        nodes.AddRange([1_000_000, 1_000_000]);
        var innermost = level0.ToArray();
        for (var row = 0; row < Rows; row++)
            BitConverter.TryWriteBytes(innermost.AsSpan((4 * Rows) + (4 * row)), 1_000_000);
        return new ArrowFile(field).Add(
            Batch(Rows, [.. nodes], [.. buffers]), [.. Enumerable.Repeat(level0, levels - 1).SelectMany(bytes => bytes), .. innermost]);
    }

    private static FlatRecord Runs() => Field("x", FieldType.RunEndEncoded, null,
        Field("run_ends", FieldType.Int, Int(32)), Field("values", FieldType.Int, Int(8)));

    /// <summary>Apache.Arrow does not look into structs before they are asked for.</summary>
    private static ArrowFile InStruct(FlatRecord field) => new(Field("s", FieldType.Struct, null, field));

    private static ArrowFile MapOf(FlatRecord key) => new(Field("x", FieldType.Map, null,
        Field("entries", FieldType.Struct, null, key, Field("value", FieldType.Null))));

    private static ArrowFile Texts(int count)
    {
        var offsets = Numbers([.. Enumerable.Range(0, count + 1).Select(key => 6 * key), .. new int[(count + 1) & 1]]);
        return MapOf(Field("key", FieldType.Utf8)).Add(
            Batch(1, [1, 0, count, 0, count, 0, count, count], [0, 0, 0, 8, 8, 0, 8, 0, 8, offsets.Length, 8 + offsets.Length, 6 * count]),
            [.. Numbers(0, count), .. offsets, .. Enumerable.Range(0, count).SelectMany(key => Encoding.ASCII.GetBytes($"{key:d6}"))]);
    }

    /// <summary>One map of the keys a and a, or a and null.</summary>
    private static ArrowFile Map(int keyNulls) => MapOf(Field("key", FieldType.Utf8)).Add(
        Batch(1, [1, 0, 2, 0, 2, keyNulls, 2, 2], [0, 0, 0, 8, 8, 0, 8, keyNulls, 16, 12, 32, 2]),
        [.. Numbers(0, 2), 1, 0, 0, 0, 0, 0, 0, 0, .. Numbers(0, 1, 2, 0), .. Encoding.ASCII.GetBytes("aa")]);

    private static byte[] Numbers(params int[] numbers) => [.. numbers.SelectMany(BitConverter.GetBytes)];
}
