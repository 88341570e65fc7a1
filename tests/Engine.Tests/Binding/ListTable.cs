using System.Text;
using System.Text.Json;
using TaskQueue.Tables;

namespace TaskQueue.Tests.Binding;

/// <summary>A table in memory, in batches of three rows.</summary>
internal sealed class ListTable(params ListColumn[] columns) : ITable
{
    private const int BatchLength = 3;

    public string Location => "memory";

    public IReadOnlyList<TableColumn> Columns { get; } =
        [.. columns.Select(column => new TableColumn(column.Name, column.Kind, column.Type, IsNullable: true))];

    public long RowCount => columns[0].Values.Count;

    public IEnumerable<TableBatch> ReadBatches()
    {
        for (var first = 0; first < RowCount; first += BatchLength)
        {
            var length = (int)Math.Min(BatchLength, RowCount - first);
            yield return new TableBatch(first, length, [.. columns.Select(column => new Values(column.Values.Skip(first).Take(length).ToList()))]);
        }
    }

    public void Dispose() { }

    private sealed class Values(List<object?> values) : ColumnValues
    {
        public override bool IsNull(int row) => values[row] is null;

        public override void WriteJson(Utf8JsonWriter writer, int row) =>
            JsonSerializer.Serialize(writer, values[row], values[row]?.GetType() ?? typeof(object));

        public override bool TryGetInt64(int row, out long value)
        {
            value = values[row] is long number ? number : 0;
            return values[row] is long;
        }

        public override ReadOnlySpan<byte> GetUtf8(int row) => Encoding.UTF8.GetBytes((string)values[row]!);
    }
}

internal sealed record ListColumn(string Name, ColumnKind Kind, string Type, IReadOnlyList<object?> Values)
{
    public static ListColumn Integers(string name, params long?[] values) => new(name, ColumnKind.Integer, "int64", [.. values.Cast<object?>()]);

    public static ListColumn Floats(string name, params double?[] values) => new(name, ColumnKind.Float, "float64", [.. values.Cast<object?>()]);

    public static ListColumn Texts(string name, params string?[] values) => new(name, ColumnKind.Text, "utf8", values);

    public static ListColumn Booleans(string name, params bool?[] values) => new(name, ColumnKind.Boolean, "bool", [.. values.Cast<object?>()]);
}
