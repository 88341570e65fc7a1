using System.Text.Json;
using TaskQueue.Binding;

namespace TaskQueue.Tests.Binding;

public sealed class DurationConverterTests
{
    [Theory]
    [InlineData("PT90.5S", "00:01:30.5000000")]
    [InlineData("-PT0.000001S", "-00:00:00.0000010")]
    [InlineData("PT0S", "00:00:00")]
    [InlineData("1.02:03:04", "1.02:03:04")]
    public void A_duration_is_read_as_columns_and_as_dotnet_write_it(string text, string expected) =>
        Assert.Equal(expected, Read(text).ToString("c"));

    [Theory]
    [InlineData("")]
    [InlineData("90.5")]
    [InlineData("PT")]
    [InlineData("PT9223372036854775807S")]
    public void What_is_no_duration_is_refused(string text) => Assert.Throws<JsonException>(() => Read(text));

    [Fact]
    public void A_duration_is_written_as_it_can_be_read() =>
        Assert.Equal("\"00:01:30.5000000\"", JsonSerializer.Serialize(TimeSpan.FromSeconds(90.5), TaskJson.Options));

    private static TimeSpan Read(string text) => JsonSerializer.Deserialize<TimeSpan>(JsonSerializer.Serialize(text), TaskJson.Options);
}
