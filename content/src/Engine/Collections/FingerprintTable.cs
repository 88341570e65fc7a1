using System.Buffers;

namespace TaskQueue.Collections;

/// <summary>A part of a <see cref="FingerprintSet"/>: some thousand fingerprints, in slots that are probed one after another.</summary>
/// <remarks>
/// The slots lie in pieces of 16 KB, below the large-object heap. A table that is full takes one more piece, one that is
/// split gives half of them away: slots are between two thirds and seven eighths full, and no piece is thrown away.
/// </remarks>
internal sealed class FingerprintTable
{
    private const int SmallestPiece = 16;
    private const int PieceLength = 1024;

    private UInt128[][] _pieces;
    private int _capacity;
    private int _count;

    public FingerprintTable() : this([]) { }

    private FingerprintTable(UInt128[][] pieces)
    {
        _pieces = pieces is [] ? [new UInt128[SmallestPiece]] : pieces;
        _capacity = CapacityOf(_pieces);
    }

    /// <summary>The one bit that fingerprints do not use.</summary>
    public static UInt128 Mark => new(1UL << 63, 0);

    /// <summary>Bits that choose the table; other bits choose the slot.</summary>
    public static uint ChoiceOf(UInt128 fingerprint) => (uint)(fingerprint >> 64);

    public bool Contains(UInt128 fingerprint) => Find(fingerprint) != UInt128.Zero;

    /// <returns>False when it was there already.</returns>
    public bool Add(UInt128 fingerprint)
    {
        ref var slot = ref Find(fingerprint);
        if (slot != UInt128.Zero)
            return false;
        slot = fingerprint;
        if (++_count > _capacity / 8 * 7)
            Grow();
        return true;
    }

    /// <returns>Null when it is not there, false when it was marked before.</returns>
    public bool? TryMark(UInt128 fingerprint)
    {
        ref var slot = ref Find(fingerprint);
        if (slot == UInt128.Zero)
            return null;
        var isFirst = slot == fingerprint;
        slot |= Mark;
        return isFirst;
    }

    /// <summary>Moves those in whose choice a bit is set.</summary>
    /// <returns>The table that has them.</returns>
    public FingerprintTable Split(int bit)
    {
        var twin = new FingerprintTable(_pieces[((_pieces.Length + 1) / 2)..]);
        Rebuild(_pieces[..((_pieces.Length + 1) / 2)], fingerprint => (ChoiceOf(fingerprint) >> bit & 1) is 0 ? this : twin);
        return twin;
    }

    private void Grow() => Rebuild(
        _capacity < PieceLength ? [new UInt128[_capacity * 2]] : [.. _pieces, new UInt128[PieceLength]], _ => this);

    /// <summary>Takes other pieces, and distributes what the old ones hold.</summary>
    private void Rebuild(UInt128[][] pieces, Func<UInt128, FingerprintTable> choose)
    {
        var all = ArrayPool<UInt128>.Shared.Rent(_count);
        var count = 0;
        foreach (var piece in _pieces)
        {
            foreach (var fingerprint in piece)
                if (fingerprint != UInt128.Zero)
                    all[count++] = fingerprint;
            Array.Clear(piece);
        }
        (_pieces, _capacity, _count) = (pieces, CapacityOf(pieces), 0);
        foreach (var fingerprint in all.AsSpan(0, count))
            choose(fingerprint).Put(fingerprint);
        ArrayPool<UInt128>.Shared.Return(all);
    }

    /// <param name="fingerprint">It may be marked, and is not there yet.</param>
    private void Put(UInt128 fingerprint)
    {
        Find(fingerprint & ~Mark) = fingerprint;
        if (++_count > _capacity / 8 * 7)
            Grow();
    }

    /// <summary>The slot of a fingerprint, or the free one where it belongs.</summary>
    private ref UInt128 Find(UInt128 fingerprint)
    {
        var place = (uint)((ulong)(uint)fingerprint * (uint)_capacity >> 32);
        var start = (int)(place % PieceLength);
        for (var piece = place / PieceLength; ; piece = (piece + 1) % (uint)_pieces.Length, start = 0)
            foreach (ref var slot in _pieces[piece].AsSpan(start))
                if (Holds(slot, fingerprint))
                    return ref slot;
    }

    /// <summary>Whether a slot is free or holds a fingerprint. Half of the bits, which are never zero, tell nearly always.</summary>
    private static bool Holds(UInt128 slot, UInt128 fingerprint) =>
        (ulong)slot is 0 || ((ulong)slot == (ulong)fingerprint && (slot & ~Mark) == fingerprint);

    private static int CapacityOf(UInt128[][] pieces) => pieces.Sum(piece => piece.Length);
}
