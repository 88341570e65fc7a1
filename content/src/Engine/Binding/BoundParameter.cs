using System.Text.Json;
using TaskQueue.Tables;

namespace TaskQueue.Binding;

/// <summary>A parameter and what fills it: a column, a constant, or nothing.</summary>
internal sealed class BoundParameter(Parameter parameter, int column, TableColumn? source, byte[]? constant)
{
    /// <summary>An escaped control character is the worst: six bytes for one.</summary>
    public const int JsonBytesPerByte = 6;

    /// <summary>Of a number, a truth value, a date or a time, with quotes, colon and comma.</summary>
    private const int ScalarBytesAtMost = 100;

    private readonly JsonEncodedText _name = JsonEncodedText.Encode(parameter.Column, TaskJson.Options.Encoder);

    public Parameter Parameter { get; } = parameter;

    /// <summary>Index of the column; -1 when no column fills it.</summary>
    public int Column { get; } = column;

    /// <summary>The column; null when no column fills it.</summary>
    public TableColumn? Source { get; } = source;

    /// <summary>Whether values have to be read as a worker will read them to know that they fit.</summary>
    public bool NeedsReading { get; } = source is not null && !ColumnRules.FitsByKind(parameter, source.Kind);

    /// <summary>A bound of the property's length as JSON that costs nothing to find.</summary>
    /// <returns><see cref="int.MaxValue"/> where only writing it would tell.</returns>
    public long JsonBytesAtMost(TableBatch batch, int row)
    {
        var name = _name.EncodedUtf8Bytes.Length;
        if (constant is not null)
            return name + constant.Length + ScalarBytesAtMost;
        if (Source is null || batch.Columns[Column].IsNull(row))
            return name + ScalarBytesAtMost;
        return Source.Kind switch
        {
            ColumnKind.Text => name + ScalarBytesAtMost + ((long)JsonBytesPerByte * batch.Columns[Column].GetUtf8(row).Length),
            ColumnKind.Binary or ColumnKind.List or ColumnKind.Struct => int.MaxValue,
            _ => name + ScalarBytesAtMost,
        };
    }

    /// <summary>Writes the property. A null becomes the record's default where it has one.</summary>
    public void Write(Utf8JsonWriter writer, TableBatch batch, int row)
    {
        if (constant is not null)
        {
            writer.WritePropertyName(_name);
            writer.WriteRawValue(constant, skipInputValidation: true);
            return;
        }
        var values = Column < 0 ? null : batch.Columns[Column];
        if (values is not null && !values.IsNull(row))
        {
            writer.WritePropertyName(_name);
            values.WriteJson(writer, row);
        }
        else if (Parameter.IsRequired)
        {
            writer.WriteNull(_name);
        }
    }
}
