using System.Numerics;

namespace TaskQueue.Tables.Compression;

/// <summary>
/// A decoding table of finite state entropy: each state gives a symbol, and how to find the next state.
/// </summary>
internal sealed class FseTable
{
    private const int LowestAccuracy = 5;
    private const int ReducedProbability = -1;

    private readonly Entry[] _entries;
    private readonly short[] _probabilities;

    public FseTable(int largestAccuracy, int symbols)
    {
        _entries = new Entry[1 << largestAccuracy];
        _probabilities = new short[symbols];
    }

    /// <summary>States are numbers of so many bits.</summary>
    public int Accuracy { get; private set; }

    public int SymbolOf(int state) => _entries[state].Symbol;

    public int NextState(int state, ref ReverseBits bits)
    {
        var entry = _entries[state];
        return entry.Base + bits.Read(entry.Bits);
    }

    /// <summary>Makes the table of one symbol that takes no bits.</summary>
    public void SetSingle(byte symbol)
    {
        Accuracy = 0;
        _entries[0] = new Entry(symbol, 0, 0);
    }

    /// <summary>Makes the table of known probabilities, the sum of which is a power of two.</summary>
    public void Set(ReadOnlySpan<short> known, int accuracy)
    {
        _probabilities.AsSpan().Clear();
        known.CopyTo(_probabilities);
        Build(accuracy);
    }

    /// <summary>Reads a table.</summary>
    public void Read(ref ReadOnlySpan<byte> packed)
    {
        var bits = new ForwardBits(packed);
        var accuracy = bits.Read(4) + LowestAccuracy;
        if (1 << accuracy > _entries.Length)
            throw Zstd.Damaged();

        _probabilities.AsSpan().Clear();
        var left = 1 << accuracy;
        for (var symbol = 0; left > 0; symbol++)
        {
            if (symbol >= _probabilities.Length)
                throw Zstd.Damaged();
            var probability = ReadProbability(ref bits, left);
            _probabilities[symbol] = (short)probability;
            left -= int.Abs(probability);
            if (probability is 0)
                symbol += ReadZeros(ref bits);
        }

        Zstd.Take(ref packed, bits.BytesRead);
        Build(accuracy);
    }

    /// <summary>Probabilities take fewer bits the less is left to give; small ones take one bit less.</summary>
    private static int ReadProbability(ref ForwardBits bits, int left)
    {
        var width = BitOperations.Log2((uint)left + 1) + 1;
        var half = 1 << (width - 1);
        var small = (1 << width) - 1 - (left + 1);
        var value = bits.Read(width - 1);
        if (value >= small && bits.Read(1) is 1)
            value += half - small;
        return value - 1;
    }

    private static int ReadZeros(ref ForwardBits bits)
    {
        var zeros = 0;
        int more;
        do
        {
            more = bits.Read(2);
            zeros += more;
        }
        while (more is 3);
        return zeros;
    }

    private void Build(int accuracy)
    {
        Accuracy = accuracy;
        var size = 1 << accuracy;
        Span<byte> symbols = stackalloc byte[size];
        Span<ushort> next = stackalloc ushort[_probabilities.Length];
        Spread(symbols, next);
        for (var state = 0; state < size; state++)
        {
            var number = next[symbols[state]]++;
            var bits = accuracy - BitOperations.Log2(number);
            _entries[state] = new Entry(symbols[state], (byte)bits, (ushort)((number << bits) - size));
        }
    }

    /// <summary>
    /// Gives each symbol as many states as it is probable, far from each other; the rarest stand at the end.
    /// </summary>
    private void Spread(Span<byte> symbols, Span<ushort> next)
    {
        var free = symbols.Length;
        for (var symbol = 0; symbol < _probabilities.Length; symbol++)
        {
            next[symbol] = (ushort)int.Abs(_probabilities[symbol]);
            if (_probabilities[symbol] is ReducedProbability)
                symbols[--free] = (byte)symbol;
        }

        var step = (symbols.Length >> 1) + (symbols.Length >> 3) + 3;
        var state = 0;
        for (var symbol = 0; symbol < _probabilities.Length; symbol++)
        {
            for (var count = (int)_probabilities[symbol]; count > 0; count--)
            {
                symbols[state] = (byte)symbol;
                do
                    state = state + step & symbols.Length - 1;
                while (state >= free);
            }
        }
    }

    private readonly record struct Entry(byte Symbol, byte Bits, ushort Base);
}
