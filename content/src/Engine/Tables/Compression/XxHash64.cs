using System.Buffers.Binary;

namespace TaskQueue.Tables.Compression;

/// <summary>The hash of ZSTD frames: xxHash, 64 bits, seed 0. Bytes may be appended in pieces.</summary>
internal struct XxHash64
{
    const ulong Prime1 = 11400714785074694791;
    const ulong Prime2 = 14029467366897019727;
    const ulong Prime3 = 1609587929392839161;
    const ulong Prime4 = 9650029242287828579;
    const ulong Prime5 = 2870177450012600261;
    const int Stripe = 32;

    readonly byte[] pending = new byte[Stripe];
    ulong lane1 = unchecked(Prime1 + Prime2);
    ulong lane2 = Prime2;
    ulong lane3;
    ulong lane4 = unchecked(0 - Prime1);
    long length;

    public XxHash64()
    {
    }

    public readonly ulong Hash
    {
        get
        {
            var hash = (length < Stripe ? Prime5 : Merge()) + (ulong)length;
            var rest = pending.AsSpan(0, (int)(length % Stripe));
            for (; rest.Length >= 8; rest = rest[8..])
                hash = (ulong.RotateLeft(hash ^ Round(0, BinaryPrimitives.ReadUInt64LittleEndian(rest)), 27) * Prime1) + Prime4;
            for (; rest.Length >= 4; rest = rest[4..])
                hash = (ulong.RotateLeft(hash ^ (BinaryPrimitives.ReadUInt32LittleEndian(rest) * Prime1), 23) * Prime2) + Prime3;
            foreach (var one in rest)
                hash = ulong.RotateLeft(hash ^ (one * Prime5), 11) * Prime1;
            hash = (hash ^ hash >> 33) * Prime2;
            hash = (hash ^ hash >> 29) * Prime3;
            return hash ^ hash >> 32;
        }
    }

    public void Append(ReadOnlySpan<byte> bytes)
    {
        var held = (int)(length % Stripe);
        length += bytes.Length;
        if (held > 0)
        {
            var count = Math.Min(Stripe - held, bytes.Length);
            bytes[..count].CopyTo(pending.AsSpan(held));
            bytes = bytes[count..];
            if (held + count < Stripe)
                return;
            Mix(pending);
        }

        for (; bytes.Length >= Stripe; bytes = bytes[Stripe..])
            Mix(bytes);
        bytes.CopyTo(pending);
    }

    readonly ulong Merge()
    {
        var hash = ulong.RotateLeft(lane1, 1) + ulong.RotateLeft(lane2, 7) + ulong.RotateLeft(lane3, 12) + ulong.RotateLeft(lane4, 18);
        hash = ((hash ^ Round(0, lane1)) * Prime1) + Prime4;
        hash = ((hash ^ Round(0, lane2)) * Prime1) + Prime4;
        hash = ((hash ^ Round(0, lane3)) * Prime1) + Prime4;
        return ((hash ^ Round(0, lane4)) * Prime1) + Prime4;
    }

    void Mix(ReadOnlySpan<byte> stripe)
    {
        lane1 = Round(lane1, BinaryPrimitives.ReadUInt64LittleEndian(stripe));
        lane2 = Round(lane2, BinaryPrimitives.ReadUInt64LittleEndian(stripe[8..]));
        lane3 = Round(lane3, BinaryPrimitives.ReadUInt64LittleEndian(stripe[16..]));
        lane4 = Round(lane4, BinaryPrimitives.ReadUInt64LittleEndian(stripe[24..]));
    }

    static ulong Round(ulong lane, ulong input) => ulong.RotateLeft(lane + (input * Prime2), 31) * Prime1;
}
