using TaskQueue.Collections;
using TaskQueue.Storage.Buckets;

namespace TaskQueue.Tests.Storage.Buckets;

public sealed class Crc32CTests
{
    /// <summary>From RFC 3720, appendix B.4, and the usual check value.</summary>
    [Fact]
    public void Checksums_are_those_of_the_standard()
    {
        Assert.Equal(Text(0xE3069283), Crc32C.Of("123456789"u8).ToString());
        Assert.Equal(Text(0x8A9136AA), Crc32C.Of(new byte[32]).ToString());
        Assert.Equal(Text(0x62A8AB43), Crc32C.Of([.. Enumerable.Repeat((byte)0xFF, 32)]).ToString());
    }

    [Fact]
    public void Bytes_may_come_in_pieces_of_any_size()
    {
        var bytes = new byte[1000];
        new Random(1).NextBytes(bytes);
        var pieces = new Crc32C();
        for (var (from, size) = (0, 0); from < bytes.Length; from += size, size++)
            pieces.Add(bytes.AsSpan(from, Math.Min(size, bytes.Length - from)));

        Assert.Equal(Crc32C.Of(bytes).ToString(), pieces.ToString());
    }

    private static string Text(uint crc) => Convert.ToBase64String(Convert.FromHexString($"{crc:X8}"));
}
