using System.Text;

namespace TaskQueue.Monitor.Serving;

/// <summary>Keeps the last lines that are written to it: a log may be longer than a page can show.</summary>
/// <param name="most">How many.</param>
internal sealed class LastLines(int most) : TextWriter
{
    private readonly Queue<string> _lines = new();
    private long _dropped;

    public override Encoding Encoding => Encoding.UTF8;

    public override void WriteLine(string? value)
    {
        _lines.Enqueue(value ?? "");
        if (_lines.Count <= most)
            return;
        _lines.Dequeue();
        _dropped++;
    }

    public override Task WriteLineAsync(string? value)
    {
        WriteLine(value);
        return Task.CompletedTask;
    }

    public override string ToString() =>
        string.Join('\n', _dropped > 0 ? _lines.Prepend($"({_dropped} earlier lines are left out; dotnet run logs shows all)") : _lines);
}
