using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using TaskQueue.Contracts;

namespace TaskQueue.Records;

/// <summary>The one function from a task id to the name of its records.</summary>
/// <remarks>
/// One-to-one, also on disks that are blind to case, and readable for ordinary ids. Letters, digits and <c>- _ .</c>
/// stand for themselves and every other byte of the id's UTF-8 for <c>=hh</c>. An id with capital letters ends in
/// <c>~</c> and a bit for each of its letters, in hex, so that no two keys differ by case only. An id whose key would
/// be long has the start of that key, <c>~~</c> and the SHA-256 of the id instead.
/// </remarks>
public static class TaskKey
{
    /// <summary>Longest key in bytes; with an ending it fits any file system's 255.</summary>
    public const int MaxLength = 180;

    private const int PrefixOfLong = 100;

    /// <summary>Of a key for each of its id, where it is not cut: an escape, and a quarter for the bit of a letter.</summary>
    private const int BytesPerByte = 4;
    private const int LongestOnStack = 4097;

    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    private static readonly SearchValues<byte> Literals =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_."u8);

    private static readonly SearchValues<char> KeyCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.=~");

    /// <exception cref="TaskQueueException">The id is empty or has half of a surrogate pair (65).</exception>
    public static string Of(string id)
    {
        Span<byte> key = stackalloc byte[MaxLength];
        var utf8 = ToUtf8(id);
        return Encoding.ASCII.GetString(key[..Write(utf8, key)]);
    }

    /// <summary>
    /// The folder of a task's records: its name as it stands, since two tasks may not differ by case only.
    /// </summary>
    public static string OfTask(string task)
    {
        var key = Of(task);
        var capitals = key.IndexOf('~');
        return capitals < 0 || key.AsSpan(capitals).StartsWith("~~") ? key : key[..capitals];
    }

    /// <summary>Writes the key of an id in UTF-8.</summary>
    /// <param name="id">UTF-8, not empty.</param>
    /// <param name="key">Room for <see cref="MaxLength"/> bytes.</param>
    /// <returns>The key's length.</returns>
    public static int Write(ReadOnlySpan<byte> id, Span<byte> key)
    {
        var most = (BytesPerByte * id.Length) + 1;
        var readable = most <= LongestOnStack ? stackalloc byte[most] : new byte[most];
        readable = readable[..WriteReadable(id, readable)];
        if (readable.Length > MaxLength)
            return WriteLong(id, readable, key);

        readable.CopyTo(key);
        return readable.Length;
    }

    /// <summary>Whether a text could be a key, and is not some foreign file's name, as those with a dot at their start that macOS writes.</summary>
    public static bool IsKey(ReadOnlySpan<char> text) =>
        text is not ['.', ..] && text.Length is > 0 and <= MaxLength && text.IndexOfAnyExcept(KeyCharacters) < 0;

    internal static byte[] ToUtf8(string id)
    {
        try
        {
            return id.Length > 0
                ? Strict.GetBytes(id)
                : throw new TaskQueueException(ExitCode.BadInput, "A task id is empty.", next: "Give every row an id.");
        }
        catch (EncoderFallbackException e)
        {
            throw new TaskQueueException(
                ExitCode.BadInput, $"The task id '{id}' is no valid Unicode text.", next: "Give the row another id.", cause: e);
        }
    }

    private static int WriteReadable(ReadOnlySpan<byte> id, Span<byte> key)
    {
        var escapeFirst = id[0] == '.' || IsDeviceName(id);
        var length = 0;
        for (var i = 0; i < id.Length; i++)
        {
            if (Literals.Contains(id[i]) && !(i == 0 && escapeFirst))
            {
                key[length++] = id[i];
                continue;
            }

            key[length++] = (byte)'=';
            key[length++] = Hex(id[i] >> 4);
            key[length++] = Hex(id[i] & 15);
        }

        return id.ContainsAnyInRange((byte)'A', (byte)'Z') ? length + WriteCapitals(id, key[length..]) : length;
    }

    /// <summary>Writes a bit for each letter, four to a digit, the first letter's bit lowest.</summary>
    private static int WriteCapitals(ReadOnlySpan<byte> id, Span<byte> key)
    {
        key[0] = (byte)'~';
        var (length, digit, letters) = (1, 0, 0);
        foreach (var b in id)
        {
            if (!char.IsAsciiLetter((char)b))
                continue;

            digit |= (char.IsAsciiLetterUpper((char)b) ? 1 : 0) << (letters % 4);
            if (++letters % 4 == 0)
                (key[length++], digit) = (Hex(digit), 0);
        }

        if (letters % 4 != 0)
            key[length++] = Hex(digit);
        return length;
    }

    /// <summary>Whether Windows would take a file of this name, with any ending, for a device.</summary>
    private static bool IsDeviceName(ReadOnlySpan<byte> id)
    {
        var stem = id.IndexOf((byte)'.') is >= 0 and var dot ? id[..dot] : id;
        return stem.Length switch
        {
            3 => Ascii.EqualsIgnoreCase(stem, "con"u8) || Ascii.EqualsIgnoreCase(stem, "prn"u8)
                || Ascii.EqualsIgnoreCase(stem, "aux"u8) || Ascii.EqualsIgnoreCase(stem, "nul"u8),
            4 => char.IsAsciiDigit((char)stem[3])
                && (Ascii.EqualsIgnoreCase(stem[..3], "com"u8) || Ascii.EqualsIgnoreCase(stem[..3], "lpt"u8)),
            _ => false,
        };
    }

    private static int WriteLong(ReadOnlySpan<byte> id, ReadOnlySpan<byte> readable, Span<byte> key)
    {
        readable[..PrefixOfLong].CopyTo(key);
        "~~"u8.CopyTo(key[PrefixOfLong..]);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(id, hash);
        Convert.TryToHexStringLower(hash, key[(PrefixOfLong + 2)..], out var digits);
        return PrefixOfLong + 2 + digits;
    }

    private static byte Hex(int digit) => "0123456789abcdef"u8[digit];
}
