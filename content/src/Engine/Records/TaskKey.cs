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

    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

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
        var writer = new KeyWriter(key);
        return writer.TryWrite(id) ? writer.Length : WriteLong(id, key);
    }

    /// <summary>Whether a text could be a key, and is not some foreign file's name.</summary>
    public static bool IsKey(ReadOnlySpan<char> text) =>
        text.Length is > 0 and <= MaxLength && text.IndexOfAnyExcept(KeyCharacters) < 0;

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

    private static int WriteLong(ReadOnlySpan<byte> id, Span<byte> key)
    {
        "~~"u8.CopyTo(key[PrefixOfLong..]);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(id, hash);
        Convert.TryToHexStringLower(hash, key[(PrefixOfLong + 2)..], out var digits);
        return PrefixOfLong + 2 + digits;
    }
}
