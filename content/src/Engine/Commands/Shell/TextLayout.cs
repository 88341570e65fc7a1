namespace TaskQueue.Commands.Shell;

/// <summary>Breaks texts into lines.</summary>
/// <param name="output">Where to.</param>
/// <param name="width">Characters in a line.</param>
internal sealed class TextLayout(TextWriter output, int width)
{
    public void WriteParagraph(string text) => WriteWrapped(text, 0);

    /// <summary>Writes two columns; a left cell that is too wide has a line of its own.</summary>
    public void WriteColumns(IReadOnlyList<(string Left, string Right)> rows)
    {
        var indent = Math.Min(rows.Max(row => row.Left.Length) + 4, width / 2);
        foreach (var (left, right) in rows)
        {
            output.Write($"  {left}");
            if (left.Length + 4 <= indent && right.Length > 0)
                output.Write(new string(' ', indent - left.Length - 2));
            else
                StartLine(right.Length > 0 ? indent : 0);

            if (right.Length > 0)
                WriteWrapped(right, indent);
        }
    }

    /// <summary>
    /// Breaks at spaces; the first line goes on where the cursor stands, at <paramref name="indent"/>.
    /// </summary>
    private void WriteWrapped(string text, int indent)
    {
        var column = indent;
        foreach (var (index, word) in text.Split([' ', '\n']).Index())
        {
            if (index > 0 && column + 1 + word.Length > width)
            {
                StartLine(indent);
                column = indent;
            }
            else if (index > 0)
            {
                output.Write(' ');
                column++;
            }

            output.Write(word);
            column += word.Length;
        }

        output.WriteLine();
    }

    private void StartLine(int indent)
    {
        output.WriteLine();
        output.Write(new string(' ', indent));
    }
}
