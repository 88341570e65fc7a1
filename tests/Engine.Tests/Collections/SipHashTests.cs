using System.Buffers.Binary;
using TaskQueue.Collections;

namespace TaskQueue.Tests.Collections;

public sealed class SipHashTests
{
    private static readonly byte[] Numbers = [.. Enumerable.Range(0, 64).Select(number => (byte)number)];

    /// <summary>As the authors' reference implementation and OpenSSL have it.</summary>
    [Theory]
    [InlineData(0, "a3817f04ba25a8e66df67214c7550293")]
    [InlineData(1, "da87c1d86b99af44347659119b22fc45")]
    [InlineData(7, "a1f1ebbed8dbc153c0b84aa61ff08239")]
    [InlineData(8, "3b62a9ba6258f5610f83e264f31497b4")]
    [InlineData(15, "5493e99933b0a8117e08ec0f97cfc3d9")]
    [InlineData(63, "5150d1772f50834a503e069a973fbd7c")]
    public void It_is_that_of_the_reference(int length, string expected)
    {
        var hash = new byte[16];
        BinaryPrimitives.WriteUInt128LittleEndian(hash, new SipHash(Numbers.AsSpan(0, 16)).Of(Numbers.AsSpan(0, length)));
        Assert.Equal(expected, Convert.ToHexStringLower(hash));
    }

    [Fact]
    public void Another_key_gives_another_hash() =>
        Assert.NotEqual(SipHash.WithRandomKey().Of(Numbers), SipHash.WithRandomKey().Of(Numbers));
}
