namespace TaskQueue.Tables.Compression;

/// <summary>What the parts of the ZSTD decoder share.</summary>
internal static class Zstd
{
    /// <summary>Cuts bytes off the front.</summary>
    /// <exception cref="InvalidDataException">There are fewer.</exception>
    public static ReadOnlySpan<byte> Take(ref ReadOnlySpan<byte> bytes, int count)
    {
        if (count > bytes.Length)
            throw Damaged();
        var taken = bytes[..count];
        bytes = bytes[count..];
        return taken;
    }

    public static InvalidDataException Damaged() => new("a compressed buffer has a damaged ZSTD block");
}
