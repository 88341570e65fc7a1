using System.Text.Json;
using TaskQueue.Tables;

namespace TaskQueue.Binding;

/// <summary>A parameter and what fills it: a column, a constant, or nothing.</summary>
internal sealed class BoundParameter(Parameter parameter, int column, TableColumn? source, byte[]? constant)
{
    private readonly JsonEncodedText _name = JsonEncodedText.Encode(parameter.Column, TaskJson.Options.Encoder);

    public Parameter Parameter { get; } = parameter;

    /// <summary>Index of the column; -1 when no column fills it.</summary>
    public int Column { get; } = column;

    /// <summary>The column; null when no column fills it.</summary>
    public TableColumn? Source { get; } = source;

    /// <summary>Whether values have to be read as a worker will read them to know that they fit.</summary>
    public bool NeedsReading { get; } = source is not null && !ColumnRules.FitsByKind(parameter, source.Kind);

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
