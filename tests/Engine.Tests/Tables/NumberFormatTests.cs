using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Apache.Arrow;
using Apache.Arrow.Types;
using TaskQueue.Tables;
using TaskQueue.Tables.Columns;

namespace TaskQueue.Tests.Tables;

public sealed class NumberFormatTests
{
    private static readonly JsonSerializerOptions WithNames =
        new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    [Theory]
    [InlineData(0.1, "0.1")]
    [InlineData(1e300, "1E+300")]
    [InlineData(5e-324, "5E-324")]
    [InlineData(-0.0, "-0")]
    [InlineData(double.NaN, "\"NaN\"")]
    [InlineData(double.PositiveInfinity, "\"Infinity\"")]
    [InlineData(double.NegativeInfinity, "\"-Infinity\"")]
    public void A_double_is_the_shortest_text_that_reads_back(double value, string json)
    {
        Assert.Equal(json, Json(new FloatColumn<double>(), value));
        Assert.Equal(value, JsonSerializer.Deserialize<double>(json, WithNames));
    }

    [Theory]
    [InlineData(0.1f, "0.1")]
    [InlineData(float.NaN, "\"NaN\"")]
    [InlineData(float.NegativeInfinity, "\"-Infinity\"")]
    public void A_float_is_the_shortest_text_of_its_width(float value, string json) =>
        Assert.Equal(json, Json(new FloatColumn<float>(), value));

    [Fact]
    public void Every_half_reads_back()
    {
        for (var bits = 0; bits <= ushort.MaxValue; bits++)
        {
            var value = BitConverter.UInt16BitsToHalf((ushort)bits);
            if (Half.IsFinite(value))
                Assert.Equal(value, (Half)JsonSerializer.Deserialize<double>(Json(new FloatColumn<Half>(), value)));
        }
    }

    [Fact]
    public void Whole_numbers_are_exact_and_those_beyond_int64_say_so()
    {
        Assert.Equal("18446744073709551615", Json(new IntegerColumn<ulong>(), ulong.MaxValue));
        Assert.Equal("-9223372036854775808", Json(new IntegerColumn<long>(), long.MinValue));
        Assert.False(Of(new IntegerColumn<ulong>(), ulong.MaxValue).TryGetInt64(0, out _));
        Assert.True(Of(new IntegerColumn<ulong>(), (ulong)long.MaxValue).TryGetInt64(0, out var largest));
        Assert.Equal(long.MaxValue, largest);
        Assert.True(Of(new IntegerColumn<sbyte>(), (sbyte)-1).TryGetInt64(0, out var negative));
        Assert.Equal(-1, negative);
    }

    [Theory]
    [InlineData("0", 0, "0")]
    [InlineData("0", 2, "0.00")]
    [InlineData("0", -2, "0")]
    [InlineData("-100", -1, "-1000")]
    [InlineData("100", 2, "1.00")]
    [InlineData("99", 2, "0.99")]
    [InlineData("5", 2, "0.05")]
    [InlineData("-5", 2, "-0.05")]
    [InlineData("12345", 2, "123.45")]
    [InlineData("-12345", 5, "-0.12345")]
    [InlineData("12345", -3, "12345000")]
    [InlineData("7", 40, "0.0000000000000000000000000000000000000007")]
    [InlineData("10000000000000000000", 0, "10000000000000000000")]
    [InlineData("99999999999999999999999999999999999999", 38, "0.99999999999999999999999999999999999999")]
    [InlineData("-170141183460469231731687303715884105728", 0, "-170141183460469231731687303715884105728")]
    public void A_decimal_keeps_all_its_digits(string digits, int scale, string text)
    {
        var number = BigInteger.Parse(digits, CultureInfo.InvariantCulture);
        foreach (var width in (int[])[4, 8, 16, 32])
        {
            if (number.GetByteCount() <= width)
                Assert.Equal($"\"{text}\"", Decimal(number, width, scale));
        }
    }

    [Fact]
    public void A_decimal_of_256_bits_keeps_all_its_digits()
    {
        BigInteger[] numbers =
            [BigInteger.Pow(10, 76) - 1, -BigInteger.Pow(2, 255), BigInteger.Pow(10, 57), BigInteger.Pow(2, 192)];
        foreach (var number in numbers)
        {
            Assert.Equal($"\"{number.ToString(CultureInfo.InvariantCulture)}\"", Decimal(number, 32, 0));
        }
    }

    private static string Decimal(BigInteger number, int width, int scale)
    {
        var bytes = new byte[width];
        bytes.AsSpan().Fill(number.Sign < 0 ? byte.MaxValue : (byte)0);
        number.ToByteArray().CopyTo(bytes, 0);
        return Json(writer => DecimalColumn.Write(writer, bytes, scale));
    }

    private static string Json<T>(FixedColumn<T> column, T value) where T : unmanaged =>
        Json(writer => Of(column, value).WriteJson(writer, 0));

    /// <summary>A column of one value.</summary>
    private static FixedColumn<T> Of<T>(FixedColumn<T> column, T value) where T : unmanaged
    {
        var bytes = MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in value)).ToArray();
        column.Load(new ArrayData(NullType.Default, length: 1, nullCount: 0, offset: 0, [ArrowBuffer.Empty, new ArrowBuffer(bytes)]));
        return column;
    }

    private static string Json(Action<Utf8JsonWriter> write)
    {
        using var bytes = new MemoryStream();
        using var writer = new Utf8JsonWriter(bytes, TableJson.WriterOptions);
        write(writer);
        writer.Flush();
        return Encoding.UTF8.GetString(bytes.ToArray());
    }
}
