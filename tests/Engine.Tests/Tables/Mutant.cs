using System.Buffers.Binary;

namespace TaskQueue.Tests.Tables;

/// <summary>Damages a file the way fuzzers do, the same way for the same seed.</summary>
internal static class Mutant
{
    private static readonly long[] Extremes =
    [
        0, 1, -1, 7, 8, 255, 256, 0x7FFF, 0xFFFF, 0x10000, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 1L << 40, long.MaxValue,
            long.MinValue,
    ];

#pragma warning disable CA5394 // The numbers decide about damage, not about secrets.
    public static byte[] Of(byte[] parent, int seed)
    {
        var random = new Random(seed);
        var bytes = parent.ToArray();
        for (var count = random.Next(1, 5); count > 0; count--)
            bytes = Change(bytes, random);
        return bytes;
    }

    private static byte[] Change(byte[] bytes, Random random)
    {
        if (bytes.Length < 16)
            return bytes;
        // Half of the damage goes to the end, where footer and schema lie.
        var at = random.Next(2) is 0
            ? random.Next(bytes.Length - 8)
            : random.Next(Math.Max(0, bytes.Length - 2000), bytes.Length - 8);
        switch (random.Next(8))
        {
            case 0:
                return bytes[..at];
            case 1:
                return [.. bytes[..at], .. bytes[random.Next(bytes.Length)..]];
            case 2:
                bytes.AsSpan(random.Next(bytes.Length - 8), 8).CopyTo(bytes.AsSpan(at));
                break;
            case 3:
                BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(at & ~3),
                    (int)Extremes[random.Next(Extremes.Length)]);
                break;
            case 4:
                BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(at & ~7), Extremes[random.Next(Extremes.Length)]);
                break;
            case 5:
                bytes[at] ^= (byte)(1 << random.Next(8));
                break;
            case 6:
                bytes[at & ~3] += (byte)random.Next(-4, 5);
                break;
            default:
                bytes[at] = (byte)random.Next(256);
                break;
        }

        return bytes;
    }
#pragma warning restore CA5394
}
