using System.Buffers.Binary;
using System.Numerics;

namespace TaskQueue.Tables.Compression;

/// <summary>The hash of LZ4 frames: xxHash, 32 bits, seed 0. Bytes may be appended in pieces.</summary>
internal struct XxHash32
{
    const uint Prime1 = 2654435761;
    const uint Prime2 = 2246822519;
    const uint Prime3 = 3266489917;
    const uint Prime4 = 668265263;
    const uint Prime5 = 374761393;
    const int Stripe = 16;

    readonly byte[] pending = new byte[Stripe];
    uint lane1 = unchecked(Prime1 + Prime2);
    uint lane2 = Prime2;
    uint lane3;
    uint lane4 = unchecked(0 - Prime1);
    long length;

    public XxHash32()
    {
    }

    public static uint Of(ReadOnlySpan<byte> bytes)
    {
        var hash = new XxHash32();
        hash.Append(bytes);
        return hash.Hash;
    }

    public readonly uint Hash
    {
        get
        {
            var hash = length < Stripe
                ? Prime5
                : uint.RotateLeft(lane1, 1) + uint.RotateLeft(lane2, 7) + uint.RotateLeft(lane3, 12) + uint.RotateLeft(lane4, 18);
            hash += (uint)length;
            var rest = pending.AsSpan(0, (int)(length % Stripe));
            for (; rest.Length >= 4; rest = rest[4..])
                hash = uint.RotateLeft(hash + (BinaryPrimitives.ReadUInt32LittleEndian(rest) * Prime3), 17) * Prime4;
            foreach (var one in rest)
                hash = uint.RotateLeft(hash + (one * Prime5), 11) * Prime1;
            hash = (hash ^ hash >> 15) * Prime2;
            hash = (hash ^ hash >> 13) * Prime3;
            return hash ^ hash >> 16;
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

    void Mix(ReadOnlySpan<byte> stripe)
    {
        lane1 = Round(lane1, stripe);
        lane2 = Round(lane2, stripe[4..]);
        lane3 = Round(lane3, stripe[8..]);
        lane4 = Round(lane4, stripe[12..]);
    }

    static uint Round(uint lane, ReadOnlySpan<byte> bytes) =>
        uint.RotateLeft(lane + (BinaryPrimitives.ReadUInt32LittleEndian(bytes) * Prime2), 13) * Prime1;
}
