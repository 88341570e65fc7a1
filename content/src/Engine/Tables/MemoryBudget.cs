namespace TaskQueue.Tables;

/// <summary>
/// Hands out the memory that a table is read into, up to a limit, so that no declared size is believed.
/// </summary>
internal sealed class MemoryBudget(long limit, long used = 0)
{
    private long _used = used;

    /// <summary>A further budget that counts what this one holds already.</summary>
    public MemoryBudget Fork() => new(limit, _used);

    /// <summary>Whether half of the memory is still free after so much more.</summary>
    public bool HasEasyRoom(long size) => size <= (limit / 2) - _used;

    /// <summary>Makes an array at least <paramref name="size"/> bytes long; its content is not kept.</summary>
    /// <exception cref="InvalidDataException">The limit is reached.</exception>
    public void Grow(ref byte[] array, long size)
    {
        if (array.Length >= size)
            return;
        Return(ref array);
        array = Rent(size);
    }

    public byte[] Rent(long size)
    {
        Take(size);
        return GC.AllocateUninitializedArray<byte>((int)size);
    }

    public void Return(ref byte[] array)
    {
        _used -= array.Length;
        array = [];
    }

    public void Take(long size)
    {
        if (size > limit - _used)
        {
            throw new InvalidDataException(
                $"it takes more than {limit >> 20} MiB of memory; smaller batches, or no compression, take less");
        }

        _used += size;
    }
}
