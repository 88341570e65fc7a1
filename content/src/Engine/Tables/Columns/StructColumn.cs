using System.Text.Encodings.Web;
using System.Text.Json;
using TaskQueue.Tables.Arrow;
using TaskQueue.Tables.Compression;

namespace TaskQueue.Tables.Columns;

/// <summary>A column of records, written as JSON objects.</summary>
internal sealed class StructColumn(TableInput input, IReadOnlyList<Field> schema, ArrowColumn[] fields)
    : ArrowColumn(input)
{
    private readonly JsonEncodedText[] _names =
        [.. schema.Select(field => JsonEncodedText.Encode(field.Name, JavaScriptEncoder.UnsafeRelaxedJsonEscaping))];

    public override long Measure(int start, int end)
    {
        var size = base.Measure(start, end);
        for (var index = 0; index < fields.Length; index++)
            size += fields[index].Measure(start, end) + ((long)_names[index].EncodedUtf8Bytes.Length * (end - start));
        return size;
    }

    protected override void StartValues(RecordBatch batch, long length)
    {
        foreach (var field in fields)
            field.Start(batch, length);
    }

    protected override void LoadValues(int count)
    {
        foreach (var field in fields)
            field.Load(count);
    }

    protected override void WriteValue(Utf8JsonWriter writer, int row)
    {
        writer.WriteStartObject();
        for (var index = 0; index < fields.Length; index++)
        {
            writer.WritePropertyName(_names[index]);
            fields[index].WriteJson(writer, row);
        }

        writer.WriteEndObject();
    }
}
