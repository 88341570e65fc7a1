using Apache.Arrow;

namespace TaskQueue.Tables.Columns;

internal static class ArrayBuffers
{
    /// <summary>A buffer of a column that has at least so many bytes.</summary>
    /// <exception cref="InvalidDataException">It has fewer.</exception>
    public static ReadOnlyMemory<byte> GetBuffer(this ArrayData data, int index, long bytes = 0)
    {
        var buffer = data.Buffers[index].Memory;
        return buffer.Length >= bytes
            ? buffer
            : throw new InvalidDataException("it has fewer values than rows");
    }
}
