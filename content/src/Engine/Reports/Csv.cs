using System.Buffers;

namespace TaskQueue.Reports;

/// <summary>Writes comma-separated values: RFC 4180 quoting, lines that end with LF, data left as it is.</summary>
internal static class Csv
{
    private static readonly SearchValues<char> Special = SearchValues.Create(",\"\r\n");

    /// <summary>Writes a line. A null is an empty cell; an empty text is a quoted one.</summary>
    public static void WriteLine(TextWriter output, IEnumerable<string?> cells)
    {
        var isFirst = true;
        foreach (var cell in cells)
        {
            if (!isFirst)
                output.Write(',');
            isFirst = false;
            WriteCell(output, cell);
        }

        output.Write('\n');
    }

    private static void WriteCell(TextWriter output, string? cell)
    {
        if (cell is null)
            return;

        if (cell.Length > 0 && !cell.AsSpan().ContainsAny(Special))
        {
            output.Write(cell);
            return;
        }

        output.Write('"');
        output.Write(cell.Replace("\"", "\"\"", StringComparison.Ordinal));
        output.Write('"');
    }
}
