using System.Buffers;
using Apache.Arrow.Memory;

namespace TaskQueue.Tables;

/// <summary>
/// The memory that a table is read into, out of large pieces: on the heap as far as that is small, and mapped files
/// from there on. A batch's memory is freed as a whole; nothing that was declared is believed beyond the allowance.
/// </summary>
/// <remarks>
/// Apache.Arrow gives buffers back one by one, some in finalizers, while columns still read them: that is ignored.
/// </remarks>
internal sealed class TableMemory(Allowance unpacked) : MemoryAllocator, IDisposable
{
    private const int HeapPiece = 1 << 20;
    private const int MappedPiece = 32 << 20;
    private const long MostHeapBytes = 96 << 20;

    private readonly List<Piece> _kept = [];
    private List<Piece> _pieces = [];
    private int _current;
    private long _heapLeft = HeapBytes();

    /// <summary>What is in use now stays until the end: dictionaries, which every batch refers to.</summary>
    public void Keep()
    {
        _kept.AddRange(_pieces);
        _pieces = [];
        _current = 0;
    }

    /// <summary>Frees what was allocated since the last call or since <see cref="Keep"/>.</summary>
    public void Free()
    {
        // Batches tend to be alike. A piece that this one had no use for was made for another kind.
        var used = _pieces.FindAll(piece => piece.IsUsed);
        _pieces.FindAll(piece => !piece.IsUsed).ForEach(LetGo);
        used.ForEach(piece => piece.Clear());
        _pieces = used;
        _current = 0;
    }

    public void Dispose()
    {
        _kept.ForEach(LetGo);
        _pieces.ForEach(LetGo);
        _pieces = [];
    }

    protected override IMemoryOwner<byte> AllocateInternal(int length, out int bytesAllocated)
    {
        unpacked.Add(length);
        bytesAllocated = length;
        for (; _current < _pieces.Count; _current++)
        {
            if (_pieces[_current].TryTake(length, out var memory))
                return new Lent(memory);
        }

        _pieces.Add(MakePiece(length));
        return AllocateFrom(_pieces[^1], length);
    }

    private static Lent AllocateFrom(Piece piece, int length) =>
        piece.TryTake(length, out var memory) ? new Lent(memory) : throw new InvalidOperationException("Too small.");

    private Piece MakePiece(int length)
    {
        var size = Math.Max(length, HeapPiece);
        if (size <= _heapLeft && TryAllocate(size) is { } array)
        {
            _heapLeft -= size;
            return new Piece(array, null);
        }

        var mapped = new MappedMemory(Math.Max(length, MappedPiece));
        return new Piece(mapped.Memory, mapped);
    }

    /// <returns>Null when the heap is full.</returns>
    private static byte[]? TryAllocate(int size)
    {
        try
        {
            return GC.AllocateUninitializedArray<byte>(size);
        }
        catch (OutOfMemoryException)
        {
            return null;
        }
    }

    private void LetGo(Piece piece)
    {
        if (!piece.IsMapped)
            _heapLeft += piece.Length;
        piece.Dispose();
    }

    /// <summary>Of a container's heap, a third.</summary>
    private static long HeapBytes() => Math.Min(MostHeapBytes, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 3);

    private sealed class Piece(Memory<byte> memory, IDisposable? mapped) : IDisposable
    {
        private const int Alignment = 64;
        private int _used;

        public bool IsMapped => mapped is not null;

        public int Length => memory.Length;

        public bool IsUsed => _used > 0;

        public bool TryTake(int length, out Memory<byte> taken)
        {
            taken = default;
            if (length > memory.Length - _used)
                return false;
            taken = memory.Slice(_used, length);
            _used = (int)Math.Min(memory.Length, ((long)_used + length + Alignment - 1) / Alignment * Alignment);
            return true;
        }

        public void Clear() => _used = 0;

        public void Dispose() => mapped?.Dispose();
    }

    private sealed class Lent(Memory<byte> memory) : IMemoryOwner<byte>
    {
        public Memory<byte> Memory => memory;

        public void Dispose() { }
    }
}
