using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace TaskQueue.Tests.Tables;

/// <summary>The bytes of a flatbuffer that grows at its end.</summary>
internal sealed class FlatBytes
{
    private readonly List<byte> _bytes = [];

    public int Length => _bytes.Count;

    /// <returns>Where the bytes start.</returns>
    public int Append(ReadOnlySpan<byte> more)
    {
        var start = _bytes.Count;
        _bytes.AddRange(more);
        return start;
    }

    public int Append(int number)
    {
        var start = Append(stackalloc byte[4]);
        Set(start, number);
        return start;
    }

    /// <summary>
    /// Pads so that what comes <paramref name="ahead"/> bytes later stands at a multiple of <paramref name="size"/>.
    /// </summary>
    public void Align(int size, int ahead)
    {
        while ((_bytes.Count + ahead) % size is not 0)
            _bytes.Add(0);
    }

    /// <summary>Makes the offset at <paramref name="at"/> lead to <paramref name="target"/>.</summary>
    public void Refer(int at, int target) => Set(at, target - at);

    public void Set(int at, int number) =>
        BinaryPrimitives.WriteInt32LittleEndian(CollectionsMarshal.AsSpan(_bytes)[at..], number);

    public void Set(int at, ushort number) =>
        BinaryPrimitives.WriteUInt16LittleEndian(CollectionsMarshal.AsSpan(_bytes)[at..], number);

    public byte[] ToArray() => [.. _bytes];
}
