using System.Text;

namespace TaskQueue.Binding;

/// <summary>What an id may look like, so that it can be a message, a log line and the source of a file name.</summary>
public static class IdRule
{
    /// <summary>Longest id, in bytes of UTF-8.</summary>
    public const int MaxBytes = 1024;

    /// <returns>What is wrong with the id; null when it is fine.</returns>
    public static string? Problem(ReadOnlySpan<byte> id)
    {
        if (id.IsEmpty)
            return "is empty";
        if (id.Length > MaxBytes)
            return $"is longer than {MaxBytes} bytes";
        if (id.IndexOfAnyInRange((byte)0x00, (byte)0x1f) >= 0 || id.Contains((byte)0x7f)
            || id.IndexOf("\uFFFE"u8) >= 0 || id.IndexOf("\uFFFF"u8) >= 0)
            return "holds a control character";
        return IsSpace(id, fromEnd: false) || IsSpace(id, fromEnd: true) ? "begins or ends with a space" : null;
    }

    private static bool IsSpace(ReadOnlySpan<byte> id, bool fromEnd)
    {
        Rune rune;
        _ = fromEnd ? Rune.DecodeLastFromUtf8(id, out rune, out _) : Rune.DecodeFromUtf8(id, out rune, out _);
        return Rune.IsWhiteSpace(rune);
    }
}
