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
    readonly Dictionary<long, JsonElement> dictionaries = [];
    readonly MemoryStream bytes = new();
    readonly Utf8JsonWriter writer;

    GoldenJson() => writer = new Utf8JsonWriter(bytes, TableJson.WriterOptions);

    public static List<string> Read(string path)
    {
        using var file = new GZipStream(File.OpenRead(path), CompressionMode.Decompress);
        using var golden = JsonDocument.Parse(file);
        using var reader = new GoldenJson();
        return [.. reader.Lines(golden.RootElement)];
    }

    public void Dispose()
    {
        writer.Dispose();
        bytes.Dispose();
    }

    IEnumerable<string> Lines(JsonElement golden)
    {
        if (golden.TryGetProperty("dictionaries", out var all))
        {
            foreach (var dictionary in all.EnumerateArray())
                dictionaries[dictionary.GetProperty("id").GetInt64()] = dictionary.GetProperty("data").GetProperty("columns")[0];
        }

        var fields = golden.GetProperty("schema").GetProperty("fields").EnumerateArray().ToList();
        foreach (var batch in golden.GetProperty("batches").EnumerateArray())
        {
            var columns = batch.GetProperty("columns").EnumerateArray().ToList();
            for (var row = 0; row < batch.GetProperty("count").GetInt32(); row++)
            {
                WriteObject(fields, columns, row);
                writer.Flush();
                yield return Encoding.UTF8.GetString(bytes.ToArray());
                writer.Reset();
                bytes.SetLength(0);
            }
        }
    }

    void WriteObject(List<JsonElement> fields, List<JsonElement> columns, int row)
    {
        writer.WriteStartObject();
        foreach (var (field, column) in fields.Zip(columns))
        {
            writer.WritePropertyName(field.GetProperty("name").GetString()!);
            Write(field, column, row);
        }

        writer.WriteEndObject();
    }

    void Write(JsonElement field, JsonElement column, int row)
    {
        var type = field.GetProperty("type");
        var isNull = !column.TryGetProperty("VALIDITY", out var validity) ? Text(type, "name") is "null" : validity[row].GetInt32() is 0;
        if (isNull)
            writer.WriteNullValue();
        else if (field.TryGetProperty("dictionary", out var encoding))
            WriteOfDictionary(field, dictionaries[encoding.GetProperty("id").GetInt64()], column.GetProperty("DATA")[row].GetInt32());
        else
            WriteValue(field, type, column, row);
    }

    void WriteOfDictionary(JsonElement field, JsonElement values, int place)
    {
        if (values.GetProperty("VALIDITY")[place].GetInt32() is 0)
            writer.WriteNullValue();
        else
            WriteValue(field, field.GetProperty("type"), values, place);
    }

    void WriteValue(JsonElement field, JsonElement type, JsonElement column, int row)
    {
        var value = column.TryGetProperty("DATA", out var data) ? data[row] : default;
        switch (Text(type, "name"))
        {
            case "int":
                writer.WriteRawValue(value.ToString());
                break;
            case "floatingpoint" when Text(type, "precision") is "SINGLE":
                writer.WriteNumberValue(value.GetSingle());
                break;
            case "floatingpoint":
                writer.WriteNumberValue(value.GetDouble());
                break;
            case "bool":
                writer.WriteBooleanValue(value.ToString() is "1" or "True");
                break;
            case "utf8" or "largeutf8":
                writer.WriteStringValue(value.GetString());
                break;
            case "binary" or "largebinary" or "fixedsizebinary":
                writer.WriteBase64StringValue(Convert.FromHexString(value.GetString()!));
                break;
            case "decimal":
                writer.WriteStringValue(Decimal(value.GetString()!, type.GetProperty("scale").GetInt32()));
                break;
            case "struct":
                WriteObject([.. field.GetProperty("children").EnumerateArray()], [.. column.GetProperty("children").EnumerateArray()], row);
                break;
            case "list" or "largelist":
                WriteList(field, column, Offset(column, row), Offset(column, row + 1));
                break;
            case "fixedsizelist":
                var size = type.GetProperty("listSize").GetInt32();
                WriteList(field, column, row * size, (row + 1) * size);
                break;
            case var name:
                writer.WriteStringValue(Time(name, Text(type, "unit"), type, long.Parse(value.ToString(), CultureInfo.InvariantCulture)));
                break;
        }
    }

    void WriteList(JsonElement field, JsonElement column, int start, int end)
    {
        writer.WriteStartArray();
        for (var item = start; item < end; item++)
            Write(field.GetProperty("children")[0], column.GetProperty("children")[0], item);
        writer.WriteEndArray();
    }

    static int Offset(JsonElement column, int row) =>
        int.Parse(column.GetProperty("OFFSET")[row].ToString(), CultureInfo.InvariantCulture);

    static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;

    static string Decimal(string digits, int scale)
    {
        var number = BigInteger.Parse(digits, CultureInfo.InvariantCulture);
        var text = BigInteger.Abs(number).ToString(CultureInfo.InvariantCulture).PadLeft(scale + 1, '0');
        return $"{(number.Sign < 0 ? "-" : "")}{text[..^scale]}.{text[^scale..]}";
    }

    static string Time(string name, string unit, JsonElement type, long value)
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
            return FormattableString.Invariant($"PT{value / (decimal)perSecond:0.#########}S");
        if (name is "time")
            return FormattableString.Invariant($"{seconds / 3600:00}:{seconds / 60 % 60:00}:{seconds % 60:00}{decimals}");

        var instant = DateTime.UnixEpoch.AddSeconds(seconds);
        if (name is "date" && instant.TimeOfDay == default && fraction is 0)
            return instant.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        var zone = type.TryGetProperty("timezone", out _) ? "Z" : "";
        return instant.ToString("yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture) + decimals + zone;
    }
}
