using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using TaskQueue.Collections;

namespace TaskQueue.Records.Journals;

/// <summary>
/// A line of a journal: a JSON object, its id first, with a CRC-32C of all that stands before it as its last property.
/// </summary>
/// <remarks>A line without a valid checksum was cut by a crash or a full disk. Its row was never acknowledged.</remarks>
internal static class JournalLine
{
    private const int DigitsLength = 8;
    private const int TailLength = 18;

    private static ReadOnlySpan<byte> BeforeId => "{\"id\":\""u8;

    private static ReadOnlySpan<byte> BeforeMark => ",\"before\":true"u8;

    private static ReadOnlySpan<byte> AgainMark => ",\"again\":"u8;

    private static ReadOnlySpan<byte> BeforeDigits => ",\"crc\":\""u8;

    private static ReadOnlySpan<byte> AfterDigits => "\"}"u8;

    /// <summary>The line with the line feed at its end.</summary>
    public static byte[] Of<T>(T record, JsonTypeInfo<T> type)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(record, type);
        var content = json.AsSpan(0, json.Length - 1);
        var line = new byte[content.Length + TailLength + 1];
        content.CopyTo(line);
        var tail = line.AsSpan(content.Length);
        BeforeDigits.CopyTo(tail);
        Crc32C.Of(content).Value.TryFormat(tail[BeforeDigits.Length..], out _, "x8", CultureInfo.InvariantCulture);
        AfterDigits.CopyTo(tail[(BeforeDigits.Length + DigitsLength)..]);
        line[^1] = (byte)'\n';
        return line;
    }

    /// <param name="line">Without the line feed.</param>
    public static bool IsWhole(ReadOnlySpan<byte> line)
    {
        if (line.Length <= TailLength || !line.StartsWith(BeforeId) || !line[^TailLength..].StartsWith(BeforeDigits) || !line.EndsWith(AfterDigits))
            return false;

        Span<byte> digits = stackalloc byte[DigitsLength];
        Crc32C.Of(line[..^TailLength]).Value.TryFormat(digits, out _, "x8", CultureInfo.InvariantCulture);
        return line[^(DigitsLength + AfterDigits.Length)..^AfterDigits.Length].SequenceEqual(digits);
    }

    /// <summary>Reads the id without the rest.</summary>
    /// <param name="line">Whole.</param>
    /// <param name="id">In UTF-8.</param>
    /// <returns>False when the line says that the row was done before: its result is elsewhere.</returns>
    public static bool TryReadId(ReadOnlySpan<byte> line, out ReadOnlySpan<byte> id)
    {
        var text = line[BeforeId.Length..];
        var end = text.IndexOfAny((byte)'"', (byte)'\\');
        if (text[end] == '\\')
            return TryReadEscapedId(line, out id);
        id = text[..end];
        return !text[(end + 1)..].StartsWith(BeforeMark);
    }

    /// <summary>Reads the start of the run of a line, when that runs rows though they are done.</summary>
    /// <param name="line">Whole, with a result.</param>
    /// <returns>Null for the lines of all other runs.</returns>
    public static DateTimeOffset? ReadAgain(ReadOnlySpan<byte> line)
    {
        // Most lines say no such thing, and most of them are not parsed for that.
        var text = line[BeforeId.Length..];
        var end = text.IndexOfAny((byte)'"', (byte)'\\');
        return text[end] == '\\' || text[(end + 1)..].StartsWith(AgainMark) ? Read(line).Again : null;
    }

    private static bool TryReadEscapedId(ReadOnlySpan<byte> line, out ReadOnlySpan<byte> id)
    {
        var reader = new Utf8JsonReader(line);
        reader.Read();
        reader.Read();
        reader.Read();
        var unescaped = new byte[reader.ValueSpan.Length];
        id = unescaped.AsSpan(0, reader.CopyString(unescaped));
        return !line[(int)reader.BytesConsumed..].StartsWith(BeforeMark);
    }

    /// <summary>Reads of which run a line is, whichever kind of line it is.</summary>
    /// <param name="line">Whole.</param>
    public static string? ReadRun(ReadOnlySpan<byte> line) => JsonSerializer.Deserialize(line, RecordJson.Instance.DoneBefore)?.Run;

    /// <param name="line">Whole.</param>
    public static DoneRecord Read(ReadOnlySpan<byte> line) => JsonSerializer.Deserialize(line, RecordJson.Instance.DoneRecord)
        ?? throw new JsonException($"'{Encoding.UTF8.GetString(line)}' is no record.");
}
