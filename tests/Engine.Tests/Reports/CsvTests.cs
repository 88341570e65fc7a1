using System.Text.Json;
using TaskQueue.Reports.Results;

namespace TaskQueue.Tests.Reports;

public sealed class CsvTests
{
    [Theory]
    [InlineData("plain", "plain")]
    [InlineData(" edges ", " edges ")]
    [InlineData("a,b", "\"a,b\"")]
    [InlineData("say \"hi\"", "\"say \"\"hi\"\"\"")]
    [InlineData("two\nlines", "\"two\nlines\"")]
    [InlineData("two\rlines", "\"two\rlines\"")]
    [InlineData("=1+1", "=1+1")]
    [InlineData("", "\"\"")]
    [InlineData(null, "")]
    public void A_cell_is_quoted_only_where_it_must_be(string? cell, string expected)
    {
        using var output = new StringWriter();
        Csv.WriteLine(output, ["x", cell, "y"]);

        Assert.Equal($"x,{expected},y\n", output.ToString());
    }

    [Theory]
    [InlineData("864691135000000001", "864691135000000001")]
    [InlineData("0.1", "0.1")]
    [InlineData("1e300", "1e300")]
    [InlineData("true", "true")]
    [InlineData("\"a\\u00e9\"", "aé")]
    [InlineData("[1,2]", "[1,2]")]
    [InlineData("{\"a\":null}", "{\"a\":null}")]
    [InlineData("null", null)]
    public void A_json_value_keeps_all_its_digits(string json, string? expected) =>
        Assert.Equal(expected, ResultValue.Text(JsonDocument.Parse(json).RootElement));
}
