using TaskQueue.Contracts;

namespace TaskQueue.Reports;

/// <summary>Lines up cells for people; a cell is one harmless line, even when a task or table put something else in it.</summary>
internal static class TextColumns
{
    /// <summary>Writes rows with two spaces between columns.</summary>
    /// <param name="rows">Of equal length; the first may be a heading.</param>
    /// <param name="output">Where to.</param>
    /// <param name="numbers">Columns that are aligned at their right.</param>
    public static void Write(IReadOnlyList<string[]> rows, TextWriter output, params int[] numbers)
    {
        rows = [.. rows.Select(row => row.Select(Printable.Of).ToArray())];
        var columns = Enumerable.Range(0, rows[0].Length);
        int[] widths = [.. columns.Select(column => rows.Max(row => row[column].Length))];
        foreach (var row in rows)
        {
            var cells = row.Select((cell, column) =>
                numbers.Contains(column) ? cell.PadLeft(widths[column]) : cell.PadRight(widths[column]));
            output.WriteLine($"  {string.Join("  ", cells)}".TrimEnd());
        }
    }
}
