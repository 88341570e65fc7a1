using TaskQueue.Collections;

namespace TaskQueue.Tests.Collections;

public sealed class FingerprintSetTests
{
    [Fact]
    public void What_was_added_is_found_and_nothing_else_however_often_the_set_has_grown()
    {
        const int Count = 300_000;
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

    [Fact]
    public void A_mark_is_set_once_and_stays_however_often_the_set_grows()
    {
        const int Count = 30_000;
        var set = new FingerprintSet();
        for (var number = 0; number < Count; number++)
        {
            Assert.True(set.Add(Of(number)));
            if (number % 2 is 0)
                Assert.True(set.TryMark(Of(number)));
        }

        for (var number = 0; number < Count; number++)
        {
            Assert.False(set.Add(Of(number)));
            Assert.Equal(number % 2 is not 0, set.TryMark(Of(number)));
            Assert.True(set.Contains(Of(number)));
            Assert.Null(set.TryMark(Of(Count + number)));
        }

        Assert.Equal(Count, set.Count);

        static UInt128 Of(int number) => FingerprintSet.Fingerprint(BitConverter.GetBytes(number));
    }

    [Fact]
    public void It_takes_24_bytes_for_each_or_less_at_any_moment_and_throws_none_away()
    {
        var set = new FingerprintSet();
        var bytes = new byte[sizeof(int)];
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var number = 1; number <= 1_000_000; number++)
        {
            BitConverter.TryWriteBytes(bytes, number);
            set.Add(bytes);
            if (number >= 100_000 && number % 10_000 is 0)
                Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / number, 16, 24);
        }
    }
}
