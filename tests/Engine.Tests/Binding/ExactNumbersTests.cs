using System.Globalization;
using System.Text.Json;
using TaskQueue.Binding;

namespace TaskQueue.Tests.Binding;

/// <summary>Numbers of messages of any program: a float is rounded, nothing else is, and nothing vanishes.</summary>
public sealed class ExactNumbersTests
{
    [Theory]
    [InlineData("0.1", 0.1f)]
    [InlineData("3.4028234E38", float.MaxValue)]
    [InlineData("1E-45", float.Epsilon)]
    [InlineData("-0.0", -0f)]
    [InlineData("0E99999", 0f)]
    [InlineData("16777217.0", 16777216f)]
    [InlineData("16777217", 16777216f)]
    [InlineData("\"1.5\"", 1.5f)]
    [InlineData("\"NaN\"", float.NaN)]
    [InlineData("\"-Infinity\"", float.NegativeInfinity)]
    public void A_float_is_rounded(string json, float expected) =>
        Assert.Equal(BitConverter.SingleToInt32Bits(expected), BitConverter.SingleToInt32Bits(Read<float>(json)));

    [Theory]
    [InlineData("1e300", "'1e300' is too large for float.")]
    [InlineData("-3.5E38", "'-3.5E38' is too large for float.")]
    [InlineData("1e-60", "'1e-60' is too small for float: it would become 0.")]
    [InlineData("\"1e300\"", "'1e300' is too large for float.")]
    [InlineData("\"nan\"", "'nan' is no number.")]
    [InlineData("\"\"", "'' is no number.")]
    [InlineData("\"1,5\"", "'1,5' is no number.")]
    [InlineData("\" 1\"", "' 1' is no number.")]
    public void What_a_float_cannot_hold_is_refused(string json, string why) => AssertRefused<float>(json, why);

    [Theory]
    [InlineData("70000", "'70000' is too large for Half.")]
    [InlineData("1e-9", "'1e-9' is too small for Half: it would become 0.")]
    public void What_a_half_cannot_hold_is_refused(string json, string why) => AssertRefused<Half>(json, why);

    [Theory]
    [InlineData("9007199254740992", 9007199254740992)]
    [InlineData("-9007199254740994", -9007199254740994)]
    [InlineData("1E+300", 1E+300)]
    [InlineData("0.12345678901234567890123456789", 0.12345678901234567890123456789)]
    [InlineData("9007199254740993.0", 9007199254740992)]
    [InlineData("5E-324", double.Epsilon)]
    public void A_double_is_rounded_only_behind_the_point(string json, double expected) => Assert.Equal(expected, Read<double>(json));

    [Theory]
    [InlineData("9007199254740993", "is a whole number that double cannot hold exactly.")]
    [InlineData("-864691135000000001", "is a whole number that double cannot hold exactly.")]
    [InlineData("18446744073709551615", "is a whole number that double cannot hold exactly.")]
    [InlineData("\"9007199254740993\"", "is a whole number that double cannot hold exactly.")]
    [InlineData("1e309", "is too large for double.")]
    [InlineData("1e-400", "is too small for double: it would become 0.")]
    public void What_a_double_cannot_hold_is_refused(string json, string why) =>
        AssertRefused<double>(json, $"'{json.Trim('"')}' {why}");

    [Theory]
    [InlineData("12.50", "12.50")]
    [InlineData("\"1234567890123456789012345678.9000000000000000000000\"", "1234567890123456789012345678.9")]
    [InlineData("79228162514264337593543950335", "79228162514264337593543950335")]
    [InlineData("1e-28", "0.0000000000000000000000000001")]
    [InlineData("1.2E3", "1200")]
    [InlineData("0e-99999999999999999999", "0")]
    public void A_decimal_keeps_every_digit(string json, string expected) =>
        Assert.Equal(decimal.Parse(expected, CultureInfo.InvariantCulture), Read<decimal>(json));

    [Theory]
    [InlineData("\"0.12345678901234567890123456789012345678\"", "has more digits than decimal can hold.")]
    [InlineData("0.12345678901234567890123456789012345678", "has more digits than decimal can hold.")]
    [InlineData("1e-60", "has more digits than decimal can hold.")]
    [InlineData("1e-99999999999999999999", "has more digits than decimal can hold.")]
    [InlineData("79228162514264337593543950336", "is no number that decimal can hold.")]
    [InlineData("1e300", "is no number that decimal can hold.")]
    [InlineData("\"NaN\"", "is no number that decimal can hold.")]
    public void What_a_decimal_cannot_hold_is_refused(string json, string why) =>
        AssertRefused<decimal>(json, $"'{json.Trim('"')}' {why}");

    [Theory]
    [InlineData(typeof(int), "1.5")]
    [InlineData(typeof(int), "1.0")]
    [InlineData(typeof(int), "2147483648")]
    [InlineData(typeof(long), "9223372036854775808")]
    [InlineData(typeof(ulong), "-1")]
    [InlineData(typeof(double), "true")]
    public void A_number_of_another_kind_is_refused(Type type, string json) =>
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize(json, type, TaskJson.Options));

    [Fact]
    public void Lists_nullables_nested_records_and_keys_are_read_alike()
    {
        Assert.Equal([1.5f, null, 0.1f], Read<List<float?>>("[1.5,null,0.1]"));
        AssertRefused<Dictionary<string, float[]>>("""{"a":[1,1e300]}""", "'1e300' is too large for float.", "$.a[1]");
        AssertRefused<Outer>("""{"inner":{"prices":[1e-60]}}""", "'1e-60' has more digits than decimal can hold.", "$.inner.prices[0]");
        AssertRefused<Dictionary<double, int>>("""{"9007199254740993":1}""", "'9007199254740993' is a whole number that double cannot hold exactly.", null);
    }

    [Theory]
    [InlineData(0.1, "0.1")]
    [InlineData(1E+300, "1E+300")]
    [InlineData(2.0, "2")]
    [InlineData(-0.0, "-0")]
    [InlineData(double.NaN, "\"NaN\"")]
    [InlineData(double.NegativeInfinity, "\"-Infinity\"")]
    public void Floats_are_written_as_they_are_read(double value, string expected)
    {
        Assert.Equal(expected, JsonSerializer.Serialize(value, TaskJson.Options));
        Assert.Equal(value, Read<double>(expected));
        Assert.Equal("[0.1,0.1]", JsonSerializer.Serialize<object[]>([0.1f, (Half)0.1], TaskJson.Options));
    }

    private sealed record Outer(Inner Inner);

    private sealed record Inner(decimal[] Prices);

    private static T Read<T>(string json) => JsonSerializer.Deserialize<T>(json, TaskJson.Options)!;

    private static void AssertRefused<T>(string json, string why, string? path = "$")
    {
        var error = Assert.Throws<JsonException>(() => Read<T>(json));
        Assert.Equal(why, error.Message);
        if (path is not null)
            Assert.Equal(path, error.Path);
    }
}
