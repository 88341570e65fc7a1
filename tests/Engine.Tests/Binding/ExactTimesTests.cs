using System.Text.Json;
using TaskQueue.Binding;

namespace TaskQueue.Tests.Binding;

/// <summary>Dates, times and durations of messages of any program: the same on every machine, and none is cut.</summary>
public sealed class ExactTimesTests
{
    [Theory]
    [InlineData("2026-05-01T12:00:00", "2026-05-01T12:00:00.0000000+00:00")]
    [InlineData("2026-05-01T12:00:00Z", "2026-05-01T12:00:00.0000000+00:00")]
    [InlineData("2026-05-01T12:00:00.1234567-05:00", "2026-05-01T12:00:00.1234567-05:00")]
    [InlineData("2026-05-01T12:00+02", "2026-05-01T12:00:00.0000000+02:00")]
    [InlineData("2026-05-01", "2026-05-01T00:00:00.0000000+00:00")]
    [InlineData("2026-05-01T12:00:00.123456700", "2026-05-01T12:00:00.1234567+00:00")]
    [InlineData("0001-01-01T00:00:00", "0001-01-01T00:00:00.0000000+00:00")]
    [InlineData("9999-12-31T23:59:59.9999999", "9999-12-31T23:59:59.9999999+00:00")]
    public void A_moment_without_offset_is_in_utc(string text, string expected) =>
        Assert.Equal(expected, Read<DateTimeOffset>(text).ToString("O"));

    [Theory]
    [InlineData("2026-05-01T12:00:00", "2026-05-01T12:00:00.0000000")]
    [InlineData("2026-05-01", "2026-05-01T00:00:00.0000000")]
    [InlineData("2026-05-01T12:00:00Z", "2026-05-01T12:00:00.0000000Z")]
    [InlineData("2026-05-01T12:00:00-05:00", "2026-05-01T17:00:00.0000000Z")]
    [InlineData("2026-05-01T00:30+02", "2026-04-30T22:30:00.0000000Z")]
    [InlineData("2026-05-01T12:00:00.0000000000000000Z", "2026-05-01T12:00:00.0000000Z")]
    public void A_date_and_time_is_in_utc_when_it_says_an_offset_and_of_no_place_when_not(string text, string expected) =>
        Assert.Equal(expected, Read<DateTime>(text).ToString("O"));

    [Theory]
    [InlineData("2026-05-01")]
    [InlineData("2026-05-01T00:00:00")]
    [InlineData("2026-05-01T00:00:00.000000000")]
    [InlineData("2026-05-01T00:00:00Z")]
    [InlineData("2026-05-01T02:00:00+02:00")]
    public void Midnight_is_a_date(string text) => Assert.Equal(new DateOnly(2026, 5, 1), Read<DateOnly>(text));

    [Theory]
    [InlineData("2026-05-01T00:00:00.000001")]
    [InlineData("2026-05-01T12:00:00")]
    [InlineData("2026-05-01T00:00:00+02:00")]
    public void What_is_not_midnight_is_no_date(string text) => AssertRefused<DateOnly>(text, "is not midnight, so it is more than a date.");

    [Theory]
    [InlineData("2026-05-01T00:00:00.000000001")]
    [InlineData("2026-05-01T12:00:00.12345678Z")]
    [InlineData("2026-05-01T12:00:00.12345678")]
    public void What_is_finer_than_100_ns_is_refused(string text)
    {
        AssertRefused<DateTime>(text, "is finer than 100 ns, the finest that .NET holds.");
        AssertRefused<DateTimeOffset>(text, "is finer than 100 ns, the finest that .NET holds.");
        AssertRefused<DateOnly>(text, "is finer than 100 ns, the finest that .NET holds.");
    }

    [Theory]
    [InlineData("")]
    [InlineData("soon")]
    [InlineData("2026-02-30")]
    [InlineData("2026-5-1")]
    [InlineData("+012026-05-01T00:00:00")]
    [InlineData("2026-05-01 12:00:00")]
    [InlineData("2026-05-01T12:00:00 ")]
    [InlineData("0001-01-01T00:00:00+01:00")]
    public void What_is_no_time_is_refused(string text) =>
        AssertRefused<DateTime>(text, "is no date and time as in 2026-05-01T12:00:00Z, from year 1 to 9999.");

    [Theory]
    [InlineData("PT90.5S", "00:01:30.5000000")]
    [InlineData("-PT0.000001S", "-00:00:00.0000010")]
    [InlineData("PT0.000000100S", "00:00:00.0000001")]
    [InlineData("PT0S", "00:00:00")]
    [InlineData("P1DT2H", "1.02:00:00")]
    [InlineData("1.02:03:04", "1.02:03:04")]
    public void A_duration_is_read_as_columns_and_as_dotnet_write_it(string text, string expected) =>
        Assert.Equal(expected, Read<TimeSpan>(text).ToString("c"));

    [Theory]
    [InlineData("PT0.00000015S", "is finer than 100 ns, the finest that .NET holds.")]
    [InlineData("00:00:00.123456789", "is finer than 100 ns, the finest that .NET holds.")]
    [InlineData("P1M", "has years or months, whose lengths differ.")]
    [InlineData("", "is no duration as in PT90.5S or 00:01:30.5, or too long for TimeSpan.")]
    [InlineData("90.5", "is no duration as in PT90.5S or 00:01:30.5, or too long for TimeSpan.")]
    [InlineData("PT", "is no duration as in PT90.5S or 00:01:30.5, or too long for TimeSpan.")]
    [InlineData("PT9223372036854775807S", "is no duration as in PT90.5S or 00:01:30.5, or too long for TimeSpan.")]
    public void What_is_no_duration_is_refused(string text, string why) => AssertRefused<TimeSpan>(text, why);

    [Fact]
    public void What_is_finer_than_100_ns_is_no_time_of_day() => Assert.Throws<JsonException>(() => Read<TimeOnly>("12:00:00.123456789"));

    [Fact]
    public void Times_are_written_as_they_are_read()
    {
        var time = new DateTimeOffset(2026, 5, 1, 12, 0, 0, TimeSpan.FromHours(2)).AddTicks(1);

        Assert.Equal(
            """["2026-05-01T12:00:00.0000001+02:00","2026-05-01T10:00:00.0000001Z","2026-05-01T12:00:00.0000001","2026-05-01","00:01:30.5000000"]""",
            JsonSerializer.Serialize<object[]>(
                [time, time.UtcDateTime, time.DateTime, new DateOnly(2026, 5, 1), TimeSpan.FromSeconds(90.5)], TaskJson.Options));
    }

    private static T Read<T>(string text) => JsonSerializer.Deserialize<T>(JsonSerializer.Serialize(text), TaskJson.Options)!;

    private static void AssertRefused<T>(string text, string why) =>
        Assert.Equal($"'{text}' {why}", Assert.Throws<JsonException>(() => Read<T>(text)).Message);
}
