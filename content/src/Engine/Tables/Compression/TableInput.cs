namespace TaskQueue.Tables.Compression;

/// <summary>
/// What the columns of one reading share: the file, the memory they may take, and a place for passing bytes.
/// </summary>
internal sealed class TableInput : IDisposable
{
    private readonly TableFile _file;
    private readonly MemoryBudget _budget;
    private byte[] _scratch = [];
    private byte[] _packed = [];
    private byte[] _literals = [];

    public TableInput(TableFile file, MemoryBudget budget)
    {
        _file = file;
        _budget = budget;
        SharedDecoders = new FrameDecoders(this);
    }

    public TableFile File => _file;

    public MemoryBudget Budget => _budget;

    /// <summary>For buffers that cannot all be unpacked bit by bit at once.</summary>
    public SpillFile Spill { get; } = new();

    /// <summary>Unpack one such buffer at a time.</summary>
    public FrameDecoders SharedDecoders { get; }

    /// <summary>Memory that the next caller will overwrite.</summary>
    public Span<byte> Scratch(long size) => Take(ref _scratch, size);

    /// <summary>As <see cref="Scratch"/>, for the literals of a block while it is unpacked.</summary>
    public Span<byte> Literals(int size) => Take(ref _literals, size);

    /// <summary>Reads bytes of the file into memory that the next caller will overwrite.</summary>
    public ReadOnlySpan<byte> ReadPacked(long offset, int size)
    {
        var bytes = Take(ref _packed, size);
        _file.Read(offset, bytes);
        return bytes;
    }

    public void Dispose() => Spill.Dispose();

    private Span<byte> Take(ref byte[] array, long size)
    {
        _budget.Grow(ref array, size);
        return array.AsSpan(0, (int)size);
    }
}
