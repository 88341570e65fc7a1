using System.Globalization;
using System.Text;
using TaskQueue.Tables;

namespace BulkProgram;

/// <summary>Writes tables of <see cref="BulkTask"/>.</summary>
public static class BulkTable
{
    /// <param name="path">A .feather file.</param>
    /// <param name="rows">How many, with the ids row-0, row-1, ...</param>
    /// <param name="bytes">How long the text of each is.</param>
    /// <param name="answer">How long the result of each is to be.</param>
    public static void Write(string path, int rows, int bytes, int answer) =>
        Write(path, Enumerable.Range(0, rows).Select(row => TextOf(row, bytes)), answer);

    /// <param name="path">A .feather file.</param>
    /// <param name="texts">One a row.</param>
    /// <param name="answer">How long the result of each is to be.</param>
    public static void Write(string path, IEnumerable<string> texts, int answer)
    {
        using var file = File.Create(path);
        var table = new FeatherWriter(file, [new("id", ColumnKind.Text), new("text", ColumnKind.Text), new("bytes", ColumnKind.Integer)]);
        foreach (var (row, text) in texts.Index())
        {
            table.Add(0, Encoding.UTF8.GetBytes(IdOf(row)));
            table.Add(1, Encoding.UTF8.GetBytes(text));
            table.Add(2, answer);
            table.EndRow();
        }
        table.Complete();
    }

    public static string IdOf(int row) => string.Create(CultureInfo.InvariantCulture, $"row-{row}");

    /// <summary>Differs from row to row.</summary>
    public static string TextOf(int row, int bytes)
    {
        var start = $"text of {IdOf(row)} ";
        return bytes < start.Length ? start : start + new string((char)('a' + (row % 26)), bytes - start.Length);
    }
}
