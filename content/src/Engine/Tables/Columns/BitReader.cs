using TaskQueue.Tables.Arrow;
using TaskQueue.Tables.Compression;

namespace TaskQueue.Tables.Columns;

/// <summary>A window on a buffer of bits. Windows need not start at whole bytes.</summary>
internal sealed class BitReader(TableInput input)
{
    private readonly BufferReader _reader = new(input);
    private byte[] _bytes = [];
    private int _first;
    private int _count;

    public bool this[int index]
    {
        get
        {
            var bit = _first + index;
            return (_bytes[bit >> 3] >> (bit & 7) & 1) is not 0;
        }
    }

    /// <returns>Whether the buffer is there.</returns>
    public bool Open(RecordBatch batch)
    {
        _first = _count = 0;
        batch.OpenNext(_reader);
        return _reader.Length > 0;
    }

    public void Load(int bits)
    {
        var next = _first + _count;
        _first = next & 7;
        _count = bits;
        // The bits behind the last window may share its last byte.
        var shared = _first is 0 ? (byte)0 : _bytes[next >> 3];
        var kept = _first is 0 ? 0 : 1;
        var size = (_first + bits + 7) / 8;
        input.Budget.Grow(ref _bytes, Math.Max(1, size));
        _bytes[0] = shared;
        if (size > kept)
            _reader.Read(_bytes.AsSpan(kept, size - kept));
    }
}
