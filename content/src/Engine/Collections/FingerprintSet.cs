using System.Buffers.Binary;
using System.Security.Cryptography;

namespace TaskQueue.Collections;

/// <summary>A set of byte strings that keeps 16 bytes of SHA-256 for each.</summary>
/// <remarks>
/// Two of 10^9 different strings agree in those bits with a probability below 10^-20, also when somebody tries.
/// Fingerprints lie in pages that are never copied; only the table of four bytes that finds them is made again when it
/// grows. So 10^7 strings take 230 MB, and 300 MB for a moment.
/// </remarks>
internal sealed class FingerprintSet
{
    private const int SmallestTable = 16;

    /// <summary>Fingerprints in a page: below the large-object heap, so that pages are cheap to collect.</summary>
    private const int PageLength = 4096;

    private readonly List<UInt128[]> _pages = [];

    /// <summary>An open-addressing table of the numbers of fingerprints, counted from 1; 0 marks a free slot.</summary>
    private int[] _slots = new int[SmallestTable];

    public int Count { get; private set; }

    public bool Contains(ReadOnlySpan<byte> bytes) => _slots[Find(Fingerprint(bytes))] is not 0;

    /// <returns>False when it was there already.</returns>
    public bool Add(ReadOnlySpan<byte> bytes)
    {
        var fingerprint = Fingerprint(bytes);
        var slot = Find(fingerprint);
        if (_slots[slot] is not 0)
            return false;

        Append(fingerprint);
        _slots[slot] = Count;
        if (Count > _slots.Length / 4 * 3)
            Grow();
        return true;
    }

    private void Append(UInt128 fingerprint)
    {
        if (Count % PageLength is 0)
            _pages.Add(new UInt128[PageLength]);
        _pages[^1][Count++ % PageLength] = fingerprint;
    }

    private void Grow()
    {
        _slots = new int[_slots.Length * 2];
        for (var number = 1; number <= Count; number++)
            _slots[Find(Get(number))] = number;
    }

    /// <summary>The slot of a fingerprint, or the free one where it belongs.</summary>
    private int Find(UInt128 fingerprint)
    {
        var mask = _slots.Length - 1;
        var slot = (int)(ulong)fingerprint & mask;
        while (_slots[slot] is var number and not 0 && Get(number) != fingerprint)
            slot = (slot + 1) & mask;
        return slot;
    }

    private UInt128 Get(int number) => _pages[(number - 1) / PageLength][(number - 1) % PageLength];

    /// <summary>What stands for a byte string.</summary>
    public static UInt128 Fingerprint(ReadOnlySpan<byte> bytes)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes, hash);
        return BinaryPrimitives.ReadUInt128LittleEndian(hash);
    }
}
