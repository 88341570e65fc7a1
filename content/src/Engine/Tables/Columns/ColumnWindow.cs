using System.Text.Json;

namespace TaskQueue.Tables.Columns;

/// <summary>Some rows of a column, counted from 0.</summary>
internal sealed class ColumnWindow(ArrowColumn column) : ColumnValues
{
    /// <summary>The column's row that is row 0 here.</summary>
    public int First { get; set; }

    public override bool IsNull(int row) => column.IsNull(First + row);

    public override void WriteJson(Utf8JsonWriter writer, int row) => column.WriteJson(writer, First + row);

    public override bool TryGetInt64(int row, out long value) => column.TryGetInt64(First + row, out value);

    public override ReadOnlySpan<byte> GetUtf8(int row) => column.GetUtf8(First + row);
}
