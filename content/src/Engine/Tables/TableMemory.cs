using System.Buffers;
using System.Numerics;
using Apache.Arrow.Memory;

namespace TaskQueue.Tables;

/// <summary>
/// The memory that a table is read into, out of large pieces: arrays as far as that is little, and mapped files from
/// there on. A batch's memory is freed as a whole; nothing that was declared is believed beyond the quota.
/// </summary>
/// <remarks>
/// Apache.Arrow gives buffers back one by one, some in finalizers, while columns still read them: that is ignored.
/// </remarks>
internal sealed class TableMemory(ByteQuota unpacked) : MemoryAllocator, IDisposable
{
    private const int SmallestArray = 1 << 20;
    private const int SmallestFile = 32 << 20;
    private const long MostInArrays = 128 << 20;

    private readonly List<Piece> _kept = [];
    private readonly List<Piece> _pieces = [];
    private int _current;
    private long _arrayBytesLeft = ArrayBytes();

    /// <summary>Memory that is in use now stays until the end: dictionaries, which every batch refers to.</summary>
    public void Keep()
    {
        _kept.AddRange(_pieces);
        _pieces.Clear();
        _current = 0;
    }

    /// <summary>Frees what was allocated since the last call or since <see cref="Keep"/>.</summary>
    public void Free()
    {
        // Batches tend to be alike. A piece that this one had no use for was made for another kind.
        _pieces.FindAll(piece => !piece.IsUsed).ForEach(LetGo);
        _pieces.RemoveAll(piece => !piece.IsUsed);
        _pieces.ForEach(piece => piece.Clear());
        _current = 0;
    }

    /// <summary>Takes the pages of mapped files out of this process, until they are read again.</summary>
    public void LetPagesGo()
    {
        _kept.ForEach(piece => piece.LetPagesGo());
        _pieces.ForEach(piece => piece.LetPagesGo());
    }

    public void Dispose()
    {
        _kept.ForEach(LetGo);
        _pieces.ForEach(LetGo);
        _kept.Clear();
        _pieces.Clear();
    }

    protected override IMemoryOwner<byte> AllocateInternal(int length, out int bytesAllocated)
    {
        unpacked.Add(length);
        bytesAllocated = length;
        for (; _current < _pieces.Count; _current++)
        {
            if (_pieces[_current].Has(length))
                return new Lent(_pieces[_current].Take(length));
        }

        // Columns are unpacked one after another: what is there already is not needed for now.
        LetPagesGo();
        var piece = MakePiece(length);
        _pieces.Add(piece);
        return new Lent(piece.Take(length));
    }

    private Piece MakePiece(int length)
    {
        // A later batch may be a little larger.
        var size = BitOperations.RoundUpToPowerOf2((uint)Math.Max(length, SmallestArray));
        if (size <= _arrayBytesLeft && TryAllocate((int)size) is { } array)
        {
            _arrayBytesLeft -= array.Length;
            return new Piece(array, null);
        }

        var file = new MappedMemory(Math.Max(length, SmallestFile));
        return new Piece(file.Memory, file);
    }

    /// <summary>Of no pool: one keeps arrays for the thread that gave them back, and the next pass may be another's.</summary>
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
        _arrayBytesLeft += piece.ArrayBytes;
        piece.Dispose();
    }

    /// <summary>Of a container's heap, a third.</summary>
    private static long ArrayBytes() => Math.Min(MostInArrays, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 3);

    /// <param name="memory">All of it.</param>
    /// <param name="file">Whose it is; null for an array.</param>
    private sealed class Piece(Memory<byte> memory, MappedMemory? file) : IDisposable
    {
        private const int Alignment = 64;
        private int _used;

        public int ArrayBytes => file is null ? memory.Length : 0;

        public bool IsUsed => _used > 0;

        public bool Has(int length) => length <= memory.Length - _used;

        public Memory<byte> Take(int length)
        {
            var taken = memory.Slice(_used, length);
            var next = ((long)_used + length + Alignment - 1) / Alignment * Alignment;
            _used = (int)Math.Min(memory.Length, next);
            return taken;
        }

        public void Clear() => _used = 0;

        public void LetPagesGo() => file?.LetPagesGo();

        public void Dispose() => ((IDisposable?)file)?.Dispose();
    }

    private sealed class Lent(Memory<byte> memory) : IMemoryOwner<byte>
    {
        public Memory<byte> Memory => memory;

        public void Dispose() { }
    }
}
