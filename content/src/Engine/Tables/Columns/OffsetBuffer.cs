using System.Numerics;
using System.Runtime.InteropServices;
using Apache.Arrow;

namespace TaskQueue.Tables.Columns;

/// <summary>Where each text or list starts and ends in what follows it.</summary>
/// <param name="isLarge">Whether offsets have 64 bits instead of 32.</param>
internal sealed class OffsetBuffer(bool isLarge)
{
    private ReadOnlyMemory<byte> _bytes;
    private int _limit;

    /// <summary>Where value <paramref name="index"/> starts, which is where its predecessor ends.</summary>
    public int this[int index] => (int)Read(index);

    /// <summary>Takes the second buffer of a column.</summary>
    /// <param name="data">The column.</param>
    /// <param name="limit">What no offset may exceed.</param>
    /// <exception cref="InvalidDataException">It is too short.</exception>
    public void Load(ArrayData data, int limit)
    {
        // Without rows it need not even have the first offset.
        _bytes = data.GetBuffer(1, data.Length is 0 ? 0 : (data.Length + 1L) * (isLarge ? 8 : 4));
        _limit = limit;
    }

    /// <exception cref="InvalidDataException">Offsets of these rows point backward or outside.</exception>
    public void Check(int start, int end)
    {
        if (start == end)
            return;
        var isAscending = isLarge
            ? IsAscending(MemoryMarshal.Cast<byte, long>(_bytes.Span)[start..(end + 1)])
            : IsAscending(MemoryMarshal.Cast<byte, int>(_bytes.Span)[start..(end + 1)]);
        if (!isAscending || Read(start) < 0)
            throw new InvalidDataException("its offsets point backward");
        if (Read(end) > _limit)
            throw new InvalidDataException("it has fewer values than its offsets say");
    }

    private static bool IsAscending<T>(ReadOnlySpan<T> offsets)
        where T : unmanaged, INumber<T>
    {
        for (var index = 1; index < offsets.Length; index++)
        {
            if (offsets[index] < offsets[index - 1])
                return false;
        }

        return true;
    }

    private long Read(int index) => isLarge
        ? MemoryMarshal.Read<long>(_bytes.Span[(8 * index)..])
        : MemoryMarshal.Read<int>(_bytes.Span[(4 * index)..]);
}
