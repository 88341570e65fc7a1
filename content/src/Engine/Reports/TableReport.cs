using System.Text;
using TaskQueue.Binding;
using TaskQueue.Contracts;
using TaskQueue.Tables;

namespace TaskQueue.Reports;

/// <summary>Shows a parameter table: its columns, or its rows.</summary>
internal static class TableReport
{
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
        using var line = new JsonBuffer();
        foreach (var batch in table.ReadBatches())
        {
            for (var row = 0; row < batch.Length && batch.FirstRow + row < limit; row++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                TableJson.WriteRow(line.Start(), table, batch, row);
                output.WriteLine(Encoding.UTF8.GetString(line.End()));
            }

            if (batch.FirstRow + batch.Length >= limit)
                break;
        }
    }
}
