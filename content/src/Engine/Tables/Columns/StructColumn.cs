using System.Text.Encodings.Web;
using System.Text.Json;
using Apache.Arrow;

namespace TaskQueue.Tables.Columns;

/// <summary>A column of records, written as JSON objects.</summary>
internal sealed class StructColumn(IReadOnlyList<Field> schema, ArrowColumn[] fields) : ArrowColumn
{
    private readonly JsonEncodedText[] _names =
        [.. schema.Select(field => JsonEncodedText.Encode(field.Name, JavaScriptEncoder.UnsafeRelaxedJsonEscaping))];

    public override void CheckPlaces(int start, int end)
    {
        foreach (var field in fields)
            field.CheckPlaces(start, end);
    }

    public override long Measure(int start, int end)
    {
        var size = base.Measure(start, end);
        for (var index = 0; index < fields.Length; index++)
            size += fields[index].Measure(start, end) + ((long)_names[index].EncodedUtf8Bytes.Length * (end - start));
        return size;
    }

    public override void CheckContent(int start, int end)
    {
        foreach (var field in fields)
            field.CheckContent(start, end);
    }

    protected override void LoadValues(ArrayData data)
    {
        for (var index = 0; index < fields.Length; index++)
            fields[index].Load(data.Children[index]);
    }

    protected override void WriteValue(Utf8JsonWriter writer, int row)
    {
        writer.WriteStartObject();
        for (var index = 0; index < fields.Length; index++)
        {
            writer.WritePropertyName(_names[index]);
            fields[index].WriteJson(writer, First + row);
        }

        writer.WriteEndObject();
    }
}
