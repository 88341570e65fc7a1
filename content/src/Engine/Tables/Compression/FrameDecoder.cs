namespace TaskQueue.Tables.Compression;

/// <summary>Unpacks a compressed buffer block by block, keeping as much of the past as later blocks may refer to.</summary>
internal abstract class FrameDecoder(TableInput input)
{
    byte[] window = [];
    int begin;
    int end;
    int history;
    int largestBlock;
    long left;

    protected TableInput Input => input;

    /// <summary>Starts a buffer.</summary>
    /// <param name="offset">Of its packed bytes in the file.</param>
    /// <param name="length">Number of packed bytes.</param>
    /// <param name="unpacked">Number of bytes that it declares to unpack to.</param>
    public void Open(long offset, long length, long unpacked)
    {
        begin = end = 0;
        left = unpacked;
        Start(offset, length, unpacked);
    }

    public void Read(Span<byte> destination)
    {
        while (!destination.IsEmpty)
        {
            if (begin == end)
                Refill();
            var count = Math.Min(destination.Length, end - begin);
            window.AsSpan(begin, count).CopyTo(destination);
            begin += count;
            destination = destination[count..];
        }
    }

    /// <summary>Reads what precedes the blocks, and calls <see cref="Reserve"/>.</summary>
    protected abstract void Start(long offset, long length, long unpacked);

    /// <summary>Unpacks one block.</summary>
    /// <param name="memory">What was unpacked before, and room for the block.</param>
    /// <param name="start">Where the block goes.</param>
    /// <returns>Where it ends; <paramref name="start"/> when it is empty.</returns>
    protected abstract int DecodeBlock(Span<byte> memory, int start);

    /// <summary>Checks what follows the blocks.</summary>
    protected abstract void Finish();

    /// <summary>Gets memory for the past and for a block, or less when the buffer declares less.</summary>
    protected void Reserve(int pastBytes, int blockBytes)
    {
        history = pastBytes;
        largestBlock = blockBytes;
        // More than one block, so that a long past is not moved with each of them.
        input.Budget.Grow(ref window, Math.Min(left, history + (long)Math.Max(history / 4, largestBlock)));
    }

    protected static InvalidDataException Damaged(string what) => new($"a compressed buffer {what}");

    void Refill()
    {
        if (window.Length - end < Math.Min(left, largestBlock))
            Shift();
        var limit = (int)Math.Min(window.Length, end + Math.Min(left, largestBlock));
        end = DecodeBlock(window.AsSpan(0, limit), begin);
        left -= end - begin;
        if (left is 0)
            Finish();
    }

    void Shift()
    {
        var kept = Math.Min(history, end);
        window.AsSpan(end - kept, kept).CopyTo(window);
        begin = end = kept;
    }
}
