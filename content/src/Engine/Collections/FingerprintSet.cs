using System.Buffers.Binary;
using System.Security.Cryptography;

namespace TaskQueue.Collections;

/// <summary>A set of byte strings that keeps 16 bytes of SHA-256 for each, in an open-addressing table.</summary>
/// <remarks>Two of 10^9 different strings agree in those bits with a probability below 10^-20, also when somebody tries.</remarks>
internal sealed class FingerprintSet
{
    private const int SmallestTable = 16;

    private UInt128[] _slots = new UInt128[SmallestTable];

    public int Count { get; private set; }

    public bool Contains(ReadOnlySpan<byte> bytes) => _slots[Find(Fingerprint(bytes))] != 0;

    /// <returns>False when it was there already.</returns>
    public bool Add(ReadOnlySpan<byte> bytes)
    {
        var fingerprint = Fingerprint(bytes);
        var slot = Find(fingerprint);
        if (_slots[slot] != 0)
            return false;

        _slots[slot] = fingerprint;
        if (++Count > _slots.Length / 4 * 3)
            Grow();
        return true;
    }

    private void Grow()
    {
        var old = _slots;
        _slots = new UInt128[old.Length * 2];
        foreach (var fingerprint in old)
            if (fingerprint != 0)
                _slots[Find(fingerprint)] = fingerprint;
    }

    /// <summary>The slot of a fingerprint, or the free one where it belongs.</summary>
    private int Find(UInt128 fingerprint)
    {
        var mask = _slots.Length - 1;
        var slot = (int)(ulong)fingerprint & mask;
        while (_slots[slot] != 0 && _slots[slot] != fingerprint)
            slot = (slot + 1) & mask;
        return slot;
    }

    private static UInt128 Fingerprint(ReadOnlySpan<byte> bytes)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes, hash);

        // 0 marks a free slot.
        return BinaryPrimitives.ReadUInt128LittleEndian(hash) | 1;
    }
}
