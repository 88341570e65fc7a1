using System.Text;
using TaskQueue.Tables.Compression;

namespace TaskQueue.Tests.Tables;

/// <summary>The sums that the authors' xxhsum program prints.</summary>
public sealed class XxHashTests
{
    [Theory]
    [InlineData("", 0x02CC5D05, 0xEF46DB3751D8E999)]
    [InlineData("a", 0x550D7456, 0xD24EC4F1A98C6E5B)]
    [InlineData("abc", 0x32D153FF, 0x44BC2CF5AD770999)]
    [InlineData("Nobody inspects the spammish repetition", 0xE2293B2F, 0xFBCEA83C8A378BF1)]
    public void Sums_are_right(string text, uint sum32, ulong sum64)
    {
        var bytes = Encoding.ASCII.GetBytes(text);

        Assert.Equal(sum32, XxHash32.Of(bytes));
        var hash64 = new XxHash64();
        hash64.Append(bytes);
        Assert.Equal(sum64, hash64.Hash);
    }

    [Fact]
    public void Sums_do_not_depend_on_the_pieces()
    {
        var bytes = Enumerable.Range(0, 1000).Select(number => (byte)(number * 7)).ToArray();
        var whole64 = new XxHash64();
        whole64.Append(bytes);

        for (var piece = 1; piece < 100; piece++)
        {
            var (hash32, hash64) = (new XxHash32(), new XxHash64());
            foreach (var part in bytes.Chunk(piece))
            {
                hash32.Append(part);
                hash64.Append(part);
            }

            Assert.Equal(XxHash32.Of(bytes), hash32.Hash);
            Assert.Equal(whole64.Hash, hash64.Hash);
        }
    }
}
