namespace TaskQueue.Tables.Compression;

/// <summary>
/// Unpacks a compressed buffer block by block, keeping as much of the past as later blocks may refer to.
/// </summary>
internal abstract class FrameDecoder(TableInput input)
{
    private byte[] _window = [];
    private int _begin;
    private int _end;
    private int _history;
    private int _largestBlock;
    private long _left;
    private long _wanted;

    protected TableInput Input => input;

    /// <summary>Starts a buffer.</summary>
    /// <param name="offset">Of its packed bytes in the file.</param>
    /// <param name="length">Number of packed bytes.</param>
    /// <param name="unpacked">Number of bytes that it declares to unpack to.</param>
    /// <exception cref="InvalidDataException">It is damaged, or there is no memory for its past.</exception>
    public void Open(long offset, long length, long unpacked)
    {
        Begin(offset, length, unpacked);
        input.Budget.Grow(ref _window, _wanted);
    }

    /// <summary>Starts a buffer, unless much of the memory is in use already.</summary>
    /// <inheritdoc cref="Open"/>
    public bool TryOpen(long offset, long length, long unpacked)
    {
        Begin(offset, length, unpacked);
        if (!input.Budget.HasEasyRoom(_wanted - _window.Length))
            return false;
        input.Budget.Grow(ref _window, _wanted);
        return true;
    }

    public void Read(Span<byte> destination)
    {
        while (!destination.IsEmpty)
        {
            if (_begin == _end)
                Refill();
            var count = Math.Min(destination.Length, _end - _begin);
            _window.AsSpan(_begin, count).CopyTo(destination);
            _begin += count;
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

    /// <summary>Asks for memory for the past and for a block, or less when the buffer declares less.</summary>
    protected void Reserve(int pastBytes, int blockBytes)
    {
        _history = pastBytes;
        _largestBlock = blockBytes;
        // More than one block, so that a long past is not moved with each of them.
        _wanted = Math.Min(_left, _history + (long)Math.Max(_history / 4, _largestBlock));
    }

    protected static InvalidDataException Damaged(string what) => new($"a compressed buffer {what}");

    private void Begin(long offset, long length, long unpacked)
    {
        _begin = _end = 0;
        _left = unpacked;
        Start(offset, length, unpacked);
    }

    private void Refill()
    {
        if (_window.Length - _end < Math.Min(_left, _largestBlock))
            Shift();
        var limit = (int)Math.Min(_window.Length, _end + Math.Min(_left, _largestBlock));
        _end = DecodeBlock(_window.AsSpan(0, limit), _begin);
        _left -= _end - _begin;
        if (_left is 0)
            Finish();
    }

    private void Shift()
    {
        var kept = Math.Min(_history, _end);
        _window.AsSpan(_end - kept, kept).CopyTo(_window);
        _begin = _end = kept;
    }
}
