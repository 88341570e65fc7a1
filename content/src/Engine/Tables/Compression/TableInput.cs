namespace TaskQueue.Tables.Compression;

/// <summary>
/// What the columns of one reading share: the file, the memory they may take, and a place for passing bytes.
/// </summary>
internal sealed class TableInput(TableFile file, MemoryBudget budget)
{
    private byte[] _scratch = [];
    private byte[] _packed = [];
    private byte[] _literals = [];

    public TableFile File => file;

    public MemoryBudget Budget => budget;

    /// <summary>Memory that the next caller will overwrite.</summary>
    public Span<byte> Scratch(long size) => Take(ref _scratch, size);

    /// <summary>As <see cref="Scratch"/>, for the literals of a block while it is unpacked.</summary>
    public Span<byte> Literals(int size) => Take(ref _literals, size);

    /// <summary>Reads bytes of the file into memory that the next caller will overwrite.</summary>
    public ReadOnlySpan<byte> ReadPacked(long offset, int size)
    {
        var bytes = Take(ref _packed, size);
        file.Read(offset, bytes);
        return bytes;
    }

    private Span<byte> Take(ref byte[] array, long size)
    {
        budget.Grow(ref array, size);
        return array.AsSpan(0, (int)size);
    }
}
