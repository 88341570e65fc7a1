using System.Buffers.Binary;

namespace TaskQueue.Tables.Compression;

/// <summary>The hash of ZSTD frames: xxHash, 64 bits, seed 0. Bytes may be appended in pieces.</summary>
internal struct XxHash64
{
    private const ulong Prime1 = 11400714785074694791;
    private const ulong Prime2 = 14029467366897019727;
    private const ulong Prime3 = 1609587929392839161;
    private const ulong Prime4 = 9650029242287828579;
    private const ulong Prime5 = 2870177450012600261;
    private const int Stripe = 32;

    private readonly byte[] _pending = new byte[Stripe];
    private ulong _lane1 = unchecked(Prime1 + Prime2);
    private ulong _lane2 = Prime2;
    private ulong _lane3;
    private ulong _lane4 = unchecked(0 - Prime1);
    private long _length;

    public XxHash64()
    {
    }

    public readonly ulong Hash
    {
        get
        {
            var hash = (_length < Stripe ? Prime5 : Merge()) + (ulong)_length;
            var rest = _pending.AsSpan(0, (int)(_length % Stripe));
            for (; rest.Length >= 8; rest = rest[8..])
            {
                var eight = Round(0, BinaryPrimitives.ReadUInt64LittleEndian(rest));
                hash = (ulong.RotateLeft(hash ^ eight, 27) * Prime1) + Prime4;
            }

            for (; rest.Length >= 4; rest = rest[4..])
            {
                var four = BinaryPrimitives.ReadUInt32LittleEndian(rest) * Prime1;
                hash = (ulong.RotateLeft(hash ^ four, 23) * Prime2) + Prime3;
            }

            foreach (var one in rest)
                hash = ulong.RotateLeft(hash ^ (one * Prime5), 11) * Prime1;
            hash = (hash ^ hash >> 33) * Prime2;
            hash = (hash ^ hash >> 29) * Prime3;
            return hash ^ hash >> 32;
        }
    }

    public void Append(ReadOnlySpan<byte> bytes)
    {
        var held = (int)(_length % Stripe);
        _length += bytes.Length;
        if (held > 0)
        {
            var count = Math.Min(Stripe - held, bytes.Length);
            bytes[..count].CopyTo(_pending.AsSpan(held));
            bytes = bytes[count..];
            if (held + count < Stripe)
                return;
            Mix(_pending);
        }

        for (; bytes.Length >= Stripe; bytes = bytes[Stripe..])
            Mix(bytes);
        bytes.CopyTo(_pending);
    }

    private readonly ulong Merge()
    {
        var hash = ulong.RotateLeft(_lane1, 1) + ulong.RotateLeft(_lane2, 7)
            + ulong.RotateLeft(_lane3, 12) + ulong.RotateLeft(_lane4, 18);
        hash = ((hash ^ Round(0, _lane1)) * Prime1) + Prime4;
        hash = ((hash ^ Round(0, _lane2)) * Prime1) + Prime4;
        hash = ((hash ^ Round(0, _lane3)) * Prime1) + Prime4;
        return ((hash ^ Round(0, _lane4)) * Prime1) + Prime4;
    }

    private void Mix(ReadOnlySpan<byte> stripe)
    {
        _lane1 = Round(_lane1, BinaryPrimitives.ReadUInt64LittleEndian(stripe));
        _lane2 = Round(_lane2, BinaryPrimitives.ReadUInt64LittleEndian(stripe[8..]));
        _lane3 = Round(_lane3, BinaryPrimitives.ReadUInt64LittleEndian(stripe[16..]));
        _lane4 = Round(_lane4, BinaryPrimitives.ReadUInt64LittleEndian(stripe[24..]));
    }

    private static ulong Round(ulong lane, ulong input) => ulong.RotateLeft(lane + (input * Prime2), 31) * Prime1;
}
