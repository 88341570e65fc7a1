using System.Text;
using Apache.Arrow.Types;
using TaskQueue.Tables.Columns;

namespace TaskQueue.Tests.Tables;

public sealed class IsoTextTests
{
    [Theory]
    [InlineData(0, TimeUnit.Second, "1970-01-01T00:00:00")]
    [InlineData(-1, TimeUnit.Nanosecond, "1969-12-31T23:59:59.999999999")]
    [InlineData(1_709_164_800_100, TimeUnit.Millisecond, "2024-02-29T00:00:00.1")]
    [InlineData(951_782_400_000_001, TimeUnit.Microsecond, "2000-02-29T00:00:00.000001")]
    [InlineData(-62_135_596_800, TimeUnit.Second, "0001-01-01T00:00:00")]
    [InlineData(-62_135_596_801, TimeUnit.Second, "0000-12-31T23:59:59")]
    [InlineData(-62_167_219_201, TimeUnit.Second, "-000001-12-31T23:59:59")]
    [InlineData(253_402_300_800, TimeUnit.Second, "+010000-01-01T00:00:00")]
    [InlineData(long.MaxValue, TimeUnit.Second, "+292277026596-12-04T15:30:07")]
    [InlineData(long.MinValue, TimeUnit.Second, "-292277022657-01-27T08:29:52")]
    [InlineData(long.MaxValue, TimeUnit.Nanosecond, "2262-04-11T23:47:16.854775807")]
    internal void A_timestamp_is_exact_however_far_away(long value, TimeUnit unit, string text)
    {
        Assert.Equal(text, Text((ref iso) => iso.AddTimestamp(value, unit, isUtc: false)));
        Assert.Equal($"{text}Z", Text((ref iso) => iso.AddTimestamp(value, unit, isUtc: true)));
    }

    [Fact]
    public void Every_day_of_the_calendar_is_its_own_date()
    {
        Span<byte> room = stackalloc byte[IsoText.Longest];
        for (var day = DateOnly.MinValue; day < DateOnly.MaxValue; day = day.AddDays(1))
        {
            var text = new IsoText(room);
            text.AddDate(day.DayNumber - 719_162);
            if (!day.ToString("yyyy-MM-dd", null)
                .Equals(Encoding.UTF8.GetString(text.Written), StringComparison.Ordinal))
                Assert.Fail(day.ToString("yyyy-MM-dd", null));
        }
    }

    [Theory]
    [InlineData(0, TimeUnit.Second, "PT0S")]
    [InlineData(90_500, TimeUnit.Millisecond, "PT90.5S")]
    [InlineData(-1, TimeUnit.Microsecond, "-PT0.000001S")]
    [InlineData(long.MinValue, TimeUnit.Nanosecond, "-PT9223372036.854775808S")]
    [InlineData(long.MinValue, TimeUnit.Second, "-PT9223372036854775808S")]
    internal void A_duration_is_seconds(long value, TimeUnit unit, string text) =>
        Assert.Equal(text, Text((ref iso) => iso.AddDuration(value, unit)));

    [Theory]
    [InlineData(0, "00:00:00")]
    [InlineData(86_399_999, "23:59:59.999")]
    [InlineData(86_400_000, "24:00:00")]
    public void A_time_of_day_has_no_zone(int value, string text) =>
        Assert.Equal(text, Text((ref iso) => iso.AddTime(value, TimeUnit.Millisecond)));

    [Theory]
    [InlineData(0, "1970-01-01")]
    [InlineData(86_400_000, "1970-01-02")]
    [InlineData(-1, "1969-12-31T23:59:59.999")]
    public void A_date_in_milliseconds_shows_what_is_no_whole_day(long value, string text) =>
        Assert.Equal(text, Text((ref iso) => iso.AddMillisecondDate(value)));

    private delegate void Add(ref IsoText iso);

    private static string Text(Add add)
    {
        var iso = new IsoText(stackalloc byte[IsoText.Longest]);
        add(ref iso);
        return Encoding.UTF8.GetString(iso.Written);
    }
}
