using TaskQueue.Collections;

namespace TaskQueue.Tests.Collections;

public sealed class FingerprintSetTests
{
    [Fact]
    public void What_was_added_is_found_and_nothing_else_however_often_the_set_has_grown()
    {
        const int Count = 30_000;
        var set = new FingerprintSet();

        for (var number = 0; number < Count; number++)
            Assert.True(set.Add(BitConverter.GetBytes(number)));

        Assert.Equal(Count, set.Count);
        for (var number = 0; number < Count; number++)
        {
            Assert.False(set.Add(BitConverter.GetBytes(number)));
            Assert.True(set.Contains(BitConverter.GetBytes(number)));
            Assert.False(set.Contains(BitConverter.GetBytes(Count + number)));
        }

        Assert.Equal(Count, set.Count);
    }

    [Fact]
    public void An_empty_set_and_the_empty_text_are_no_special_cases()
    {
        var set = new FingerprintSet();

        Assert.False(set.Contains([]));
        Assert.True(set.Add([]));
        Assert.True(set.Contains([]));
    }
}
