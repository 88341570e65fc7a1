using System.Buffers;

namespace TaskQueue.Records;

/// <summary>Writes the readable form of a key for as long as there is room.</summary>
internal ref struct KeyWriter(Span<byte> key)
{
    private static readonly SearchValues<byte> Literals =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_."u8);

    private static readonly SearchValues<byte> Capitals = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZ"u8);

    private readonly Span<byte> _key = key;

    public int Length { get; private set; }

    /// <returns>False when the key is too long; what was written is its start.</returns>
    public bool TryWrite(ReadOnlySpan<byte> id)
    {
        var escapeFirst = id[0] == '.' || IsDeviceName(id);
        for (var i = 0; i < id.Length; i++)
        {
            var isLiteral = Literals.Contains(id[i]) && !(i == 0 && escapeFirst);
            if (!(isLiteral ? TryAdd(id[i]) : TryEscape(id[i])))
                return false;
        }

        return !id.ContainsAny(Capitals) || TryAddCapitals(id);
    }

    /// <summary>Whether Windows would take a file of this name, whatever its ending, for a device.</summary>
    private static bool IsDeviceName(ReadOnlySpan<byte> id)
    {
        var dot = id.IndexOf((byte)'.');
        Span<byte> name = stackalloc byte[4];
        var stem = dot < 0 ? id : id[..dot];
        if (stem.Length is < 3 or > 4)
            return false;

        System.Text.Ascii.ToLower(stem, name, out var length);
        name = name[..length];
        return length == 3
            ? name.SequenceEqual("con"u8) || name.SequenceEqual("prn"u8)
                || name.SequenceEqual("aux"u8) || name.SequenceEqual("nul"u8)
            : (name.StartsWith("com"u8) || name.StartsWith("lpt"u8)) && char.IsAsciiDigit((char)name[3]);
    }

    /// <summary>Adds a bit for each letter, four to a digit, the first letter's bit lowest.</summary>
    private bool TryAddCapitals(ReadOnlySpan<byte> id)
    {
        if (!TryAdd((byte)'~'))
            return false;

        var digit = 0;
        var letters = 0;
        foreach (var b in id)
        {
            if (!char.IsAsciiLetter((char)b))
                continue;

            digit |= (Capitals.Contains(b) ? 1 : 0) << (letters % 4);
            if (++letters % 4 == 0)
            {
                if (!TryAdd(Hex(digit)))
                    return false;

                digit = 0;
            }
        }

        return letters % 4 == 0 || TryAdd(Hex(digit));
    }

    private bool TryEscape(byte b) => TryAdd((byte)'=') && TryAdd(Hex(b >> 4)) && TryAdd(Hex(b & 15));

    private bool TryAdd(byte b)
    {
        if (Length == _key.Length)
            return false;

        _key[Length++] = b;
        return true;
    }

    private static byte Hex(int digit) => "0123456789abcdef"u8[digit];
}
