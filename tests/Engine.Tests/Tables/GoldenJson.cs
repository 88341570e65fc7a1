using System.Globalization;
using System.IO.Compression;
using System.Numerics;
using System.Text;
using System.Text.Json;
using TaskQueue.Tables;

namespace TaskQueue.Tests.Tables;

/// <summary>What a golden file holds, from the JSON beside it, as the lines that we should write.</summary>
internal sealed class GoldenJson : IDisposable
{
    private readonly Dictionary<long, JsonElement> _dictionaries = [];
    private readonly MemoryStream _bytes = new();
    private readonly Utf8JsonWriter _writer;

    private GoldenJson() => _writer = new Utf8JsonWriter(_bytes, TableJson.WriterOptions);

    public static List<string> Read(string path)
    {
        using var file = new GZipStream(File.OpenRead(path), CompressionMode.Decompress);
        using var golden = JsonDocument.Parse(file);
        using var reader = new GoldenJson();
        return [.. reader.Lines(golden.RootElement)];
    }

    public void Dispose()
    {
        _writer.Dispose();
        _bytes.Dispose();
    }

    private IEnumerable<string> Lines(JsonElement golden)
    {
        if (golden.TryGetProperty("dictionaries", out var all))
        {
            foreach (var dictionary in all.EnumerateArray())
            {
                var values = dictionary.GetProperty("data").GetProperty("columns")[0];
                _dictionaries[dictionary.GetProperty("id").GetInt64()] = values;
            }
        }

        var fields = golden.GetProperty("schema").GetProperty("fields").EnumerateArray().ToList();
        foreach (var batch in golden.GetProperty("batches").EnumerateArray())
        {
            var columns = batch.GetProperty("columns").EnumerateArray().ToList();
            for (var row = 0; row < batch.GetProperty("count").GetInt32(); row++)
            {
                WriteObject(fields, columns, row);
                _writer.Flush();
                yield return Encoding.UTF8.GetString(_bytes.ToArray());
                _writer.Reset();
                _bytes.SetLength(0);
            }
        }
    }

    private void WriteObject(List<JsonElement> fields, List<JsonElement> columns, int row)
    {
        _writer.WriteStartObject();
        foreach (var (field, column) in fields.Zip(columns))
        {
            _writer.WritePropertyName(field.GetProperty("name").GetString()!);
            Write(field, column, row);
        }

        _writer.WriteEndObject();
    }

    private void Write(JsonElement field, JsonElement column, int row)
    {
        var type = field.GetProperty("type");
        if (Text(type, "name") is "runendencoded")
        {
            var ends = column.GetProperty("children")[0].GetProperty("DATA").EnumerateArray();
            var run = ends.TakeWhile(end => long.Parse(end.ToString(), CultureInfo.InvariantCulture) <= row).Count();
            Write(field.GetProperty("children")[1], column.GetProperty("children")[1], run);
            return;
        }

        var isNull = !column.TryGetProperty("VALIDITY", out var validity)
            ? Text(type, "name") is "null"
            : validity[row].GetInt32() is 0;
        if (isNull)
            _writer.WriteNullValue();
        else if (field.TryGetProperty("dictionary", out var encoding))
            WriteOfDictionary(field, _dictionaries[encoding.GetProperty("id").GetInt64()],
                column.GetProperty("DATA")[row].GetInt32());
        else
            WriteValue(field, type, column, row);
    }

    private void WriteOfDictionary(JsonElement field, JsonElement values, int place)
    {
        if (values.GetProperty("VALIDITY")[place].GetInt32() is 0)
            _writer.WriteNullValue();
        else
            WriteValue(field, field.GetProperty("type"), values, place);
    }

    private void WriteValue(JsonElement field, JsonElement type, JsonElement column, int row)
    {
        var value = column.TryGetProperty("DATA", out var data) ? data[row] : default;
        switch (Text(type, "name"))
        {
            case "int":
                _writer.WriteRawValue(value.ToString());
                break;
            case "floatingpoint" when Text(type, "precision") is "SINGLE":
                _writer.WriteNumberValue(value.GetSingle());
                break;
            case "floatingpoint":
                _writer.WriteNumberValue(value.GetDouble());
                break;
            case "bool":
                _writer.WriteBooleanValue(value.ToString() is "1" or "True");
                break;
            case "utf8" or "largeutf8":
                _writer.WriteStringValue(value.GetString());
                break;
            case "binary" or "largebinary" or "fixedsizebinary":
                _writer.WriteBase64StringValue(Convert.FromHexString(value.GetString()!));
                break;
            case "utf8view":
                _writer.WriteStringValue(View(column, row, isText: true));
                break;
            case "binaryview":
                _writer.WriteBase64StringValue(Convert.FromHexString(View(column, row, isText: false)));
                break;
            case "decimal":
                _writer.WriteStringValue(Decimal(value.GetString()!, type.GetProperty("scale").GetInt32()));
                break;
            case "struct":
                WriteObject([.. field.GetProperty("children").EnumerateArray()],
                    [.. column.GetProperty("children").EnumerateArray()], row);
                break;
            case "listview" or "largelistview":
                var first = Offset(column, row);
                WriteList(field, column, first, first + Number(column, "SIZE", row));
                break;
            case "list" or "largelist":
                WriteList(field, column, Offset(column, row), Offset(column, row + 1));
                break;
            case "map":
                WriteMap(field, column, Offset(column, row), Offset(column, row + 1));
                break;
            case "interval":
                _writer.WriteStringValue(Interval(value));
                break;
            case "fixedsizelist":
                var size = type.GetProperty("listSize").GetInt32();
                WriteList(field, column, row * size, (row + 1) * size);
                break;
            case var name:
                _writer.WriteStringValue(
                    Time(name, Text(type, "unit"), type, long.Parse(value.ToString(), CultureInfo.InvariantCulture)));
                break;
        }
    }

    private void WriteList(JsonElement field, JsonElement column, int start, int end)
    {
        _writer.WriteStartArray();
        for (var item = start; item < end; item++)
            Write(field.GetProperty("children")[0], column.GetProperty("children")[0], item);
        _writer.WriteEndArray();
    }

    private void WriteMap(JsonElement field, JsonElement column, int start, int end)
    {
        var (entries, fields) = (column.GetProperty("children")[0], field.GetProperty("children")[0].GetProperty("children"));
        var (keys, values) = (entries.GetProperty("children")[0], entries.GetProperty("children")[1]);
        _writer.WriteStartObject();
        for (var entry = start; entry < end; entry++)
        {
            _writer.WritePropertyName(keys.GetProperty("DATA")[entry].GetString()!);
            Write(fields[1], values, entry);
        }

        _writer.WriteEndObject();
    }

    /// <summary>Hexadecimal digits, or text where it stands in the view.</summary>
    private static string View(JsonElement column, int row, bool isText)
    {
        var view = column.GetProperty("VIEWS")[row];
        if (view.TryGetProperty("INLINED", out var inlined))
            return inlined.GetString()!;
        var buffer = column.GetProperty("VARIADIC_DATA_BUFFERS")[view.GetProperty("BUFFER_INDEX").GetInt32()].GetString()!;
        var hex = buffer.Substring(2 * view.GetProperty("OFFSET").GetInt32(), 2 * view.GetProperty("SIZE").GetInt32());
        return isText ? Encoding.UTF8.GetString(Convert.FromHexString(hex)) : hex;
    }

    private static int Offset(JsonElement column, int row) => Number(column, "OFFSET", row);

    private static int Number(JsonElement column, string name, int row) =>
        int.Parse(column.GetProperty(name)[row].ToString(), CultureInfo.InvariantCulture);

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;

    private static string Decimal(string digits, int scale)
    {
        var number = BigInteger.Parse(digits, CultureInfo.InvariantCulture);
        var text = BigInteger.Abs(number).ToString(CultureInfo.InvariantCulture).PadLeft(scale + 1, '0');
        return $"{(number.Sign < 0 ? "-" : "")}{text[..^scale]}.{text[^scale..]}";
    }

    private static string Interval(JsonElement value)
    {
        if (value.ValueKind is JsonValueKind.Number)
            return Interval(value.GetInt64(), 0, "0");
        var days = value.GetProperty("days").GetInt64();
        return value.TryGetProperty("milliseconds", out var milliseconds)
            ? Interval(0, days, FormattableString.Invariant($"{milliseconds.GetInt64() / 1e3m:0.###}"))
            : Interval(value.GetProperty("months").GetInt64(), days,
                FormattableString.Invariant($"{value.GetProperty("nanoseconds").GetInt64() / 1e9m:0.#########}"));
    }

    private static string Interval(long months, long days, string seconds)
    {
        var parts = new[] { (months / 12, "Y"), (months % 12, "M"), (days, "D") };
        var text = string.Concat(parts.Where(part => part.Item1 is not 0).Select(part => $"{part.Item1}{part.Item2}"));
        return seconds is "0" && text.Length > 0 ? $"P{text}" : $"P{text}T{seconds}S";
    }

    private static string Time(string name, string unit, JsonElement type, long value)
    {
        var perSecond = unit switch
        {
            "DAY" => 0,
            "SECOND" => 1,
            "MILLISECOND" => 1_000,
            "MICROSECOND" => 1_000_000,
            _ => 1_000_000_000,
        };
        if (unit is "DAY")
            return DateOnly.FromDayNumber((int)value + 719_162).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

        var seconds = (long)Math.Floor(value / (decimal)perSecond);
        var fraction = (value - (seconds * (decimal)perSecond)) / perSecond;
        var decimals = fraction is 0 ? "" : fraction.ToString("0.#########", CultureInfo.InvariantCulture)[1..];
        if (name is "duration")
            return FormattableString.Invariant(
                $"{(value < 0 ? "-" : "")}PT{Math.Abs(value / (decimal)perSecond):0.#########}S");
        if (name is "time")
            return FormattableString.Invariant(
                $"{seconds / 3600:00}:{seconds / 60 % 60:00}:{seconds % 60:00}{decimals}");

        var instant = DateTime.UnixEpoch.AddSeconds(seconds);
        if (name is "date" && instant.TimeOfDay == default && fraction is 0)
            return instant.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        var zone = type.TryGetProperty("timezone", out _) ? "Z" : "";
        return instant.ToString("yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture) + decimals + zone;
    }
}
