namespace TaskQueue.Tables.Columns;

/// <summary>A buffer of bits, the lowest of each byte first.</summary>
internal static class Bits
{
    public static bool IsSet(ReadOnlySpan<byte> bytes, int bit) => (bytes[bit >> 3] >> (bit & 7) & 1) is not 0;

    public static bool AreAllSet(ReadOnlySpan<byte> bytes, int count) =>
        !bytes[..(count >> 3)].ContainsAnyExcept(byte.MaxValue)
        && ((count & 7) is 0 || (byte)(bytes[count >> 3] | byte.MaxValue << (count & 7)) is byte.MaxValue);

    /// <summary>How many bytes so many bits take.</summary>
    public static int Bytes(int bits) => (int)((bits + 7L) / 8);
}
