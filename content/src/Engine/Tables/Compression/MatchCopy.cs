namespace TaskQueue.Tables.Compression;

/// <summary>What LZ4 and ZSTD have in common: text that repeats what came before.</summary>
internal static class MatchCopy
{
    /// <summary>
    /// Repeats <paramref name="length"/> bytes from <paramref name="distance"/> bytes back; the two may overlap.
    /// </summary>
    public static void Copy(Span<byte> memory, int to, int distance, int length)
    {
        // What has been copied doubles the pattern that can be copied at once.
        while (length > distance)
        {
            memory.Slice(to - distance, distance).CopyTo(memory[to..]);
            to += distance;
            length -= distance;
            distance *= 2;
        }

        memory.Slice(to - distance, length).CopyTo(memory[to..]);
    }
}
