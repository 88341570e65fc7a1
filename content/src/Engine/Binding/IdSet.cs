using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace TaskQueue.Binding;

/// <summary>Which ids have been seen: 128 bits of SHA-256 each, in an open-addressing table of 16-byte slots.</summary>
sealed class IdSet
{
    const int MaxLoadPercent = 70;

    UInt128[] _slots = new UInt128[1024];
    int _count;

    /// <returns>False when the id was there already.</returns>
    public bool Add(ReadOnlySpan<byte> id)
    {
        if ((long)_count * 100 >= (long)_slots.Length * MaxLoadPercent)
            Grow();
        if (!Place(_slots, Fingerprint(id)))
            return false;
        _count++;
        return true;
    }

    public static UInt128 Fingerprint(ReadOnlySpan<byte> id)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(id, hash);
        var fingerprint = MemoryMarshal.Read<UInt128>(hash);

        // Zero marks a free slot.
        return fingerprint == 0 ? 1 : fingerprint;
    }

    static bool Place(UInt128[] slots, UInt128 fingerprint)
    {
        var mask = slots.Length - 1;
        for (var slot = (int)((ulong)fingerprint & (ulong)mask); ; slot = (slot + 1) & mask)
        {
            if (slots[slot] == fingerprint)
                return false;
            if (slots[slot] == 0)
            {
                slots[slot] = fingerprint;
                return true;
            }
        }
    }

    void Grow()
    {
        var larger = new UInt128[_slots.Length * 2];
        foreach (var fingerprint in _slots)
            if (fingerprint != 0)
                Place(larger, fingerprint);
        _slots = larger;
    }
}
