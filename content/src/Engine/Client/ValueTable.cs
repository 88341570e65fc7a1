using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using TaskQueue.Binding;
using TaskQueue.Tables;

namespace TaskQueue.Client;

/// <summary>Values as the rows of a table that has a column for each parameter: their ids and messages are those of such a table. Not for two threads at once.</summary>
internal sealed class ValueTable : ITable
{
    /// <summary>Stands where others have the path of a table.</summary>
    public const string Name = "values of a program";

    private readonly ValueColumn[] _values;
    private readonly ImmutableArray<ColumnValues> _columns;

    public ValueTable(TaskDefinition task)
    {
        Columns = [.. task.Parameters.Select(parameter =>
            new TableColumn(parameter.Column, ColumnRules.Allowed(parameter.ValueType)[0], Binding.TypeNames.Of(parameter.Type), IsNullable: true))];
        _values = [.. Columns.Select(_ => new ValueColumn())];
        _columns = [.. _values];
    }

    public string Location => Name;

    public IReadOnlyList<TableColumn> Columns { get; }

    public long RowCount { get; private set; }

    /// <summary>Makes a value the table's last row.</summary>
    /// <param name="value">An object.</param>
    /// <returns>The batch of this row alone, valid until the next is added.</returns>
    public TableBatch Add(JsonElement value)
    {
        for (var column = 0; column < _values.Length; column++)
            _values[column].Value = value.TryGetProperty(Columns[column].Name, out var one) ? one : default;
        return new TableBatch(RowCount++, 1, _columns);
    }

    /// <summary>Rows that were added are not kept.</summary>
    public IEnumerable<TableBatch> ReadBatches() => [];

    public void Dispose()
    {
    }

    private sealed class ValueColumn : ColumnValues
    {
        public JsonElement Value { get; set; }

        public override bool IsNull(int row) => Value.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined;

        public override void WriteJson(Utf8JsonWriter writer, int row) => Value.WriteTo(writer);

        public override bool TryGetInt64(int row, out long value)
        {
            value = 0;
            return Value.ValueKind == JsonValueKind.Number && Value.TryGetInt64(out value);
        }

        public override ReadOnlySpan<byte> GetUtf8(int row) =>
            Encoding.UTF8.GetBytes(Value.ValueKind == JsonValueKind.String ? Value.GetString()! : Value.GetRawText());
    }
}
