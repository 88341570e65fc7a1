using System.Buffers.Binary;
using System.Text;

namespace TaskQueue.Tables;

/// <summary>Tells from its first bytes what a file is, so that a wrong one is refused by its name.</summary>
internal static class TableFormat
{
    public static ReadOnlySpan<byte> Magic => "ARROW1"u8;

    /// <exception cref="Contracts.TaskQueueException">It is no Feather file, or one that is cut off.</exception>
    public static void Check(TableFile file)
    {
        Span<byte> start = stackalloc byte[64];
        start = start[..(int)Math.Min(start.Length, file.Length)];
        file.Read(0, start);
        if (!start.StartsWith(Magic))
            throw IsStream(start, file.Length)
                ? TableErrors.Stream(file.Location)
                : TableErrors.WrongFormat(file.Location, Name(start));

        Span<byte> end = stackalloc byte[Magic.Length];
        file.Read(file.Length - end.Length, end);
        if (!end.SequenceEqual(Magic) || file.Length < 2 * 8)
            throw TableErrors.CutOff(file.Location);
    }

    private static string Name(ReadOnlySpan<byte> start)
    {
        foreach (var (magic, name) in Known)
        {
            if (start.StartsWith(magic))
                return name;
        }

        return IsText(start) ? NameText(start) : "of an unknown format";
    }

    private static readonly (byte[] Magic, string Name)[] Known =
    [
        ("FEA1"u8.ToArray(), "a Feather version 1 file"),
        ("PAR1"u8.ToArray(), "a Parquet file"),
        ("PARE"u8.ToArray(), "an encrypted Parquet file"),
        ([0x1F, 0x8B], "a gzip archive"),
        ([0x28, 0xB5, 0x2F, 0xFD], "a zstd archive"),
        ([0x04, 0x22, 0x4D, 0x18], "an LZ4 archive"),
        ([0xFD, .. "7zXZ"u8], "an xz archive"),
        ("BZh"u8.ToArray(), "a bzip2 archive"),
        ([.. "PK"u8, 3, 4], "a zip archive (an Excel workbook and a NumPy npz are such)"),
        ([0x89, .. "HDF"u8], "an HDF5 file"),
        ([0x93, .. "NUMPY"u8], "a NumPy array"),
        ("SQLite format 3"u8.ToArray(), "an SQLite database"),
        ("ORC"u8.ToArray(), "an ORC file"),
        ([.. "Obj"u8, 1], "an Avro file"),
        ([0x80, 2], "a Python pickle"),
        ([0x80, 3], "a Python pickle"),
        ([0x80, 4], "a Python pickle"),
        ([0x80, 5], "a Python pickle"),
    ];

    /// <summary>A stream begins with the size of its schema, behind a mark since version 0.15.</summary>
    private static bool IsStream(ReadOnlySpan<byte> start, long fileLength)
    {
        if (start.Length < 16)
            return false;
        var hasMark = BinaryPrimitives.ReadInt32LittleEndian(start) is -1;
        var size = BinaryPrimitives.ReadInt32LittleEndian(start[(hasMark ? 4 : 0)..]);
        var root = BinaryPrimitives.ReadInt32LittleEndian(start[(hasMark ? 8 : 4)..]);
        return size > 0 && size < fileLength && root > 0 && root < size && (hasMark || size % 4 is 0 && root <= 64);
    }

    private static bool IsText(ReadOnlySpan<byte> start)
    {
        // The last letter may be cut in its middle.
        var whole = start.Length < 64 ? start : start[..start.LastIndexOfAnyInRange((byte)0, (byte)0x7F)];
        return System.Text.Unicode.Utf8.IsValid(whole) && !whole.ContainsAnyExceptInRange((byte)'\t', byte.MaxValue);
    }

    private static string NameText(ReadOnlySpan<byte> start)
    {
        var text = Encoding.UTF8.GetString(start).TrimStart('\uFEFF', ' ', '\t', '\r', '\n');
        return text switch
        {
            ['{' or '[', ..] => "JSON",
            ['<', ..] => "XML or HTML",
            _ when text.Contains('\t') => "tab-separated text",
            _ => "text (CSV, perhaps)",
        };
    }
}
