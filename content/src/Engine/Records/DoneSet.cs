using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace TaskQueue.Records;

/// <summary>Which rows of a task are done, in 16 bytes of SHA-256 for each.</summary>
/// <remarks>Two of 10^9 different ids agree in those bits with a probability below 10^-20.</remarks>
public sealed class DoneSet
{
    private const int SmallestTable = 16;

    private UInt128[] slots = new UInt128[SmallestTable];

    public int Count { get; private set; }

    public bool Contains(string id) => Contains(TaskKey.ToUtf8(id));

    /// <param name="utf8Id">The id in UTF-8.</param>
    public bool Contains(ReadOnlySpan<byte> utf8Id)
    {
        Span<byte> key = stackalloc byte[TaskKey.MaxLength];
        var length = TaskKey.Write(utf8Id, key);
        return slots[Find(Hash(key[..length]))] != 0;
    }

    /// <param name="key">What <see cref="TaskKey"/> made of an id.</param>
    internal void AddKey(ReadOnlySpan<char> key)
    {
        Span<byte> utf8 = stackalloc byte[TaskKey.MaxLength];
        var hash = Hash(utf8[..Encoding.UTF8.GetBytes(key, utf8)]);
        var slot = Find(hash);
        if (slots[slot] != 0)
            return;

        slots[slot] = hash;
        if (++Count > slots.Length / 4 * 3)
            Grow();
    }

    private void Grow()
    {
        var old = slots;
        slots = new UInt128[old.Length * 2];
        foreach (var hash in old.Where(hash => hash != 0))
            slots[Find(hash)] = hash;
    }

    /// <summary>The slot of a hash, or the free one where it belongs.</summary>
    private int Find(UInt128 hash)
    {
        var slot = (int)(ulong)hash & (slots.Length - 1);
        while (slots[slot] != 0 && slots[slot] != hash)
            slot = (slot + 1) & (slots.Length - 1);

        return slot;
    }

    private static UInt128 Hash(ReadOnlySpan<byte> key)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(key, hash);
        // 0 marks a free slot.
        return BinaryPrimitives.ReadUInt128LittleEndian(hash) | 1;
    }
}
