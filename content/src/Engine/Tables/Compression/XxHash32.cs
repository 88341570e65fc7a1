using System.Buffers.Binary;

namespace TaskQueue.Tables.Compression;

/// <summary>The hash of LZ4 frames: xxHash, 32 bits, seed 0. Bytes may be appended in pieces.</summary>
internal struct XxHash32
{
    private const uint Prime1 = 2654435761;
    private const uint Prime2 = 2246822519;
    private const uint Prime3 = 3266489917;
    private const uint Prime4 = 668265263;
    private const uint Prime5 = 374761393;
    private const int Stripe = 16;

    private readonly byte[] _pending = new byte[Stripe];
    private uint _lane1 = unchecked(Prime1 + Prime2);
    private uint _lane2 = Prime2;
    private uint _lane3;
    private uint _lane4 = unchecked(0 - Prime1);
    private long _length;

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
            var hash = _length < Stripe
                ? Prime5
                : uint.RotateLeft(_lane1, 1) + uint.RotateLeft(_lane2, 7)
                    + uint.RotateLeft(_lane3, 12) + uint.RotateLeft(_lane4, 18);
            hash += (uint)_length;
            var rest = _pending.AsSpan(0, (int)(_length % Stripe));
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

    private void Mix(ReadOnlySpan<byte> stripe)
    {
        _lane1 = Round(_lane1, stripe);
        _lane2 = Round(_lane2, stripe[4..]);
        _lane3 = Round(_lane3, stripe[8..]);
        _lane4 = Round(_lane4, stripe[12..]);
    }

    private static uint Round(uint lane, ReadOnlySpan<byte> bytes) =>
        uint.RotateLeft(lane + (BinaryPrimitives.ReadUInt32LittleEndian(bytes) * Prime2), 13) * Prime1;
}
