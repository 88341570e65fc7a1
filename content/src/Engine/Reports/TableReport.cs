using System.Buffers;
using System.Text;
using System.Text.Json;
using TaskQueue.Contracts;
using TaskQueue.Tables;

namespace TaskQueue.Reports;

/// <summary>Shows a parameter table: its columns, or its rows.</summary>
internal static class TableReport
{
    private const int ChunkSize = 1 << 16;

    /// <summary>Where the table is, how many rows it has, and name and type of each column.</summary>
    public static void WriteColumns(ITable table, TextWriter output)
    {
        var columns = Counted.Of(table.Columns.Count, "column");
        output.WriteLine($"{table.Location}: {Counted.Rows(table.RowCount)}, {columns}");
        output.WriteLine();
        TextColumns.Write([["column", "type", ""], .. table.Columns.Select(Describe)], output);
    }

    private static string[] Describe(TableColumn column) =>
        [NameOf(column), column.Type, column.IsNullable ? "may be null" : ""];

    /// <summary>In quotes where spaces, dashes or something invisible could be overlooked.</summary>
    private static string NameOf(TableColumn column) =>
        column.Name.Length > 0 && column.Name.All(letter => letter == '_' || char.IsLetterOrDigit(letter))
            ? Printable.Short(column.Name)
            : Printable.Quote(column.Name);

    /// <summary>Each row as a JSON object on a line of its own.</summary>
    /// <param name="table">One of its batches is in memory at a time.</param>
    /// <param name="limit">At most so many rows.</param>
    /// <param name="output">Where to.</param>
    /// <param name="cancellationToken">Stops between two rows.</param>
    public static void WriteRows(ITable table, long limit, TextWriter output, CancellationToken cancellationToken)
    {
        var buffer = new ArrayBufferWriter<byte>(2 * ChunkSize);
        using var writer = new Utf8JsonWriter(buffer, TableJson.WriterOptions);
        foreach (var batch in table.ReadBatches())
        {
            for (var row = 0; row < batch.Length && batch.FirstRow + row < limit; row++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                TableJson.WriteRow(writer, table, batch, row);
                writer.Flush();
                writer.Reset();
                buffer.Write("\n"u8);
                if (buffer.WrittenCount >= ChunkSize)
                    Drain(buffer, output);
            }

            if (batch.FirstRow + batch.Length >= limit)
                break;
        }

        Drain(buffer, output);
    }

    private static void Drain(ArrayBufferWriter<byte> buffer, TextWriter output)
    {
        output.Write(Encoding.UTF8.GetString(buffer.WrittenSpan));
        buffer.ResetWrittenCount();
    }
}
