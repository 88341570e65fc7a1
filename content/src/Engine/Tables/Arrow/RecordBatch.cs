using System.Runtime.InteropServices;
using TaskQueue.Tables.Compression;

namespace TaskQueue.Tables.Arrow;

/// <summary>How many values a field of a batch has, and how many of them are null.</summary>
internal readonly record struct FieldNode(long Length, long NullCount);

/// <summary>The header of a batch. It hands out its nodes and buffers in the order of the schema's fields.</summary>
internal sealed class RecordBatch
{
    private readonly long[] _nodes;
    private readonly long[] _buffers;
    private readonly long[] _variadicCounts;
    private readonly Block _block;
    private readonly Codec _codec;
    private int _nextNode;
    private int _nextBuffer;
    private int _nextVariadicCount;
    private long _bodyUsed;

    public RecordBatch(FlatTable batch, Block block)
    {
        _block = block;
        Length = ReadLength(batch);
        DeclaredBytes = TableLimits.BytesPerRow * Math.Min(Length, TableLimits.BatchValues);
        _nodes = Numbers(batch.Structs(1, 16));
        _buffers = Numbers(batch.Structs(2, 16));
        _variadicCounts = Numbers(batch.Structs(4, 8));
        _codec = batch.Has(3) ? ReadCodec(batch.Table(3)) : Codec.None;
    }

    public long Length { get; }

    /// <summary>
    /// What the columns that took their buffers declare: the bytes of these, unpacked, and a little for each value.
    /// </summary>
    public long DeclaredBytes { get; private set; }

    public static long ReadLength(FlatTable batch) =>
        batch.Int64(0) is >= 0 and var length
            ? length
            : throw new InvalidDataException("a batch has a negative number of rows");

    public FieldNode NextNode()
    {
        if (_nextNode >= _nodes.Length)
            throw new InvalidDataException("a batch has fewer columns than the schema");
        var node = new FieldNode(_nodes[_nextNode], _nodes[_nextNode + 1]);
        _nextNode += 2;
        if (node.Length is < 0 or > TableLimits.BatchValues || node.NullCount > node.Length)
            throw new InvalidDataException("a column has an impossible number of rows or nulls");
        DeclaredBytes += TableLimits.BytesPerValue * node.Length;
        return node;
    }

    /// <summary>Gives the next buffer to <paramref name="reader"/>.</summary>
    public void OpenNext(BufferReader reader)
    {
        reader.Open(NextBuffer());
        DeclaredBytes += reader.Length;
    }

    private PackedBuffer NextBuffer()
    {
        if (_nextBuffer >= _buffers.Length)
            throw new InvalidDataException("a batch has fewer buffers than its columns need");
        var (offset, length) = (_buffers[_nextBuffer], _buffers[_nextBuffer + 1]);
        _nextBuffer += 2;
        if (length is 0)
            return default;

        if (offset < _bodyUsed || length < 0 || offset > _block.BodyLength || length > _block.BodyLength - offset)
            throw new InvalidDataException("a buffer lies outside its batch, or overlaps another");
        _bodyUsed = offset + length;
        return new PackedBuffer(_block.Body + offset, length, _codec);
    }

    /// <summary>How many data buffers the next view column has.</summary>
    public int NextVariadicCount() =>
        _nextVariadicCount < _variadicCounts.Length && _variadicCounts[_nextVariadicCount++] is >= 0 and var count
            && count <= (_buffers.Length - _nextBuffer) / 2
            ? (int)count
            : throw new InvalidDataException("a batch has fewer buffers than its columns need");

    /// <exception cref="InvalidDataException">Nodes or buffers are left that no field of the schema has
    /// taken.</exception>
    public void CheckUsedUp()
    {
        if (_nextNode != _nodes.Length || _nextBuffer != _buffers.Length)
            throw new InvalidDataException("a batch has more columns than the schema");
    }

    private static long[] Numbers(ReadOnlySpan<byte> bytes) => MemoryMarshal.Cast<byte, long>(bytes).ToArray();

    private static Codec ReadCodec(FlatTable compression)
    {
        if (compression.Byte(1) is not 0)
            throw new NotSupportedException("its batches are compressed as a whole, which is not read");
        return compression.Byte(0) switch
        {
            0 => Codec.Lz4Frame,
            1 => Codec.Zstd,
            var codec => throw new NotSupportedException(
                $"it is compressed by codec number {codec}; LZ4 and ZSTD are read"),
        };
    }
}
