using System.Text;

namespace TaskQueue.Logging;

/// <summary>A terminal with one line below all else, which is drawn again and again. Not for two threads at once.</summary>
/// <param name="terminal">What is under it.</param>
/// <param name="width">Characters of its lines.</param>
internal sealed class LiveWriter(TextWriter terminal, int width) : TextWriter
{
    /// <summary>ECMA-48: to the start of the line, and clear it to its end.</summary>
    private const string Clear = "\r\e[K";

    private string _line = "";
    private bool _isMidLine;

    public override Encoding Encoding => terminal.Encoding;

    /// <summary>Puts a line in place of the one that is drawn; the empty one takes it away.</summary>
    public void Draw(string line)
    {
        // A text that reaches the end of the terminal's line could not be drawn over.
        line = line[..Math.Min(line.Length, width - 1)];
        // Below a line that somebody has not ended nothing is drawn: it would tear that.
        if (!_isMidLine && (line.Length > 0 || _line.Length > 0))
            terminal.Write(Clear + line);
        terminal.Flush();
        _line = line;
    }

    public override void Write(char value) => Write([value]);

    public override void Write(string? value) => Write(value.AsSpan());

    public override void WriteLine(string? value) => Write($"{value}\n");

    public override void Write(char[] buffer, int index, int count) => Write(buffer.AsSpan(index, count));

    /// <summary>In one piece, so that other processes that write to the same terminal tear nothing.</summary>
    public override void Write(ReadOnlySpan<char> buffer)
    {
        if (buffer.IsEmpty)
            return;
        var before = _line.Length > 0 && !_isMidLine ? Clear : "";
        _isMidLine = buffer[^1] != '\n';
        if (_line.Length == 0)
            terminal.Write(buffer);
        else
            terminal.Write($"{before}{buffer}{(_isMidLine ? "" : _line)}");
    }

    public override void Flush() => terminal.Flush();
}
