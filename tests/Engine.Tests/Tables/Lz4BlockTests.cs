using System.Text;
using TaskQueue.Tables.Compression;

namespace TaskQueue.Tests.Tables;

public sealed class Lz4BlockTests
{
    [Theory]
    [InlineData(new byte[] { 0x30, (byte)'a', (byte)'b', (byte)'c' }, "abc")]
    [InlineData(new byte[] { 0x00 }, "")]
    [InlineData(new byte[] { 0x10, (byte)'a', 1, 0, 0x10, (byte)'b' }, "aaaaab")]
    [InlineData(new byte[] { 0x35, (byte)'a', (byte)'b', (byte)'c', 3, 0, 0x00 }, "abcabcabcabc")]
    [InlineData(new byte[] { 0x1F, (byte)'a', 1, 0, 1, 0x00 }, "aaaaaaaaaaaaaaaaaaaaa")]
    [InlineData(new byte[] { 0x10, (byte)'x', 4, 0, 0x00 }, "xastx")]
    public void A_block_may_repeat_what_it_made_and_what_came_before(byte[] block, string text)
    {
        var memory = new byte[100];
        "past"u8.CopyTo(memory);

        var end = Lz4Block.Decode(block, memory, 4);

        Assert.Equal(text, Encoding.ASCII.GetString(memory.AsSpan(4, end - 4)));
    }

    [Theory]
    [InlineData(new byte[] { })]
    [InlineData(new byte[] { 0x20, (byte)'a' })]
    [InlineData(new byte[] { 0xF0 })]
    [InlineData(new byte[] { 0xF0, 255 })]
    [InlineData(new byte[] { 0x10, (byte)'a' , 1 })]
    [InlineData(new byte[] { 0x10, (byte)'a', 0, 0, 0 })]
    [InlineData(new byte[] { 0x10, (byte)'a', 6, 0, 0 })]
    [InlineData(new byte[] { 0x10, (byte)'a', 1, 0 })]
    [InlineData(new byte[] { 0x1F, (byte)'a', 1, 0, 255, 0, 0 })]
    [InlineData(new byte[] { 0xF0, 100, 1, 2, 3 })]
    public void A_block_that_ends_early_points_back_too_far_or_does_not_fit_is_refused(byte[] block) =>
        Assert.Throws<InvalidDataException>(() => Lz4Block.Decode(block, new byte[100], 4));
}
