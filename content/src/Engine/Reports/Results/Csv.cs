using System.Buffers;

namespace TaskQueue.Reports.Results;

/// <summary>Writes comma-separated values: RFC 4180 quoting, lines that end with LF, data left as it is.</summary>
internal static class Csv
{
    private static readonly SearchValues<char> Special = SearchValues.Create(",\"\r\n");

    /// <summary>Writes a line. A null is an empty cell; an empty text is a quoted one.</summary>
    public static void WriteLine(TextWriter output, IEnumerable<string?> cells)
    {
        output.Write(string.Join(',', cells.Select(Quote)));
        output.Write('\n');
    }

    private static string? Quote(string? cell)
    {
        var isPlain = cell is null || (cell.Length > 0 && !cell.AsSpan().ContainsAny(Special));
        return isPlain ? cell : $"\"{cell!.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }
}
