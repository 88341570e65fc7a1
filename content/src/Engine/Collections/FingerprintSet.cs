namespace TaskQueue.Collections;

/// <summary>A set of byte strings that keeps 16 bytes for each.</summary>
/// <remarks>
/// Two of 10^9 different strings agree in their fingerprints with a probability below 10^-20, also when somebody tries,
/// who would have to know the key of this process. The set grows by linear hashing: table after table is split in two,
/// in turn. So it takes 20 bytes a string at each moment, and leaves nothing to collect.
/// </remarks>
internal sealed class FingerprintSet
{
    /// <summary>Fingerprints for each table, as a mean.</summary>
    private const int TableLength = 4096;

    private static readonly SipHash Hash = SipHash.WithRandomKey();

    private readonly List<FingerprintTable> _tables = [new FingerprintTable()];

    /// <summary>So many bits of a fingerprint say in which table it is, and one more in those that have been split.</summary>
    private int _bits;

    /// <summary>The next table to be split.</summary>
    private int _next;

    public int Count { get; private set; }

    /// <summary>What stands for a byte string, in all sets of this process. Never zero.</summary>
    public static UInt128 Fingerprint(ReadOnlySpan<byte> bytes) => Hash.Of(bytes) & ~FingerprintTable.Mark | UInt128.One;

    public bool Contains(ReadOnlySpan<byte> bytes) => Contains(Fingerprint(bytes));

    public bool Contains(UInt128 fingerprint) => TableOf(fingerprint).Contains(fingerprint);

    /// <returns>False when it was there already.</returns>
    public bool Add(ReadOnlySpan<byte> bytes) => Add(Fingerprint(bytes));

    /// <returns>False when it was there already.</returns>
    public bool Add(UInt128 fingerprint)
    {
        if (!TableOf(fingerprint).Add(fingerprint))
            return false;
        if (checked(++Count) > _tables.Count * (long)TableLength)
            Split();
        return true;
    }

    /// <summary>Marks what is there.</summary>
    /// <returns>Null when it is not there, false when it was marked before.</returns>
    public bool? TryMark(UInt128 fingerprint) => TableOf(fingerprint).TryMark(fingerprint);

    private FingerprintTable TableOf(UInt128 fingerprint)
    {
        var choice = FingerprintTable.ChoiceOf(fingerprint);
        var table = (int)(choice & ((1u << _bits) - 1));
        return _tables[table < _next ? (int)(choice & ((2u << _bits) - 1)) : table];
    }

    private void Split()
    {
        _tables.Add(_tables[_next].Split(_bits));
        if (++_next < 1 << _bits)
            return;
        _bits++;
        _next = 0;
    }
}
