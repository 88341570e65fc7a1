using System.Text;

namespace TaskQueue.Worker;

/// <summary>Copies what tasks write to the console to their own logs; a task whose log is full is no longer heard.</summary>
internal sealed class TaskConsole(TextWriter console) : TextWriter
{
    public override Encoding Encoding => console.Encoding;

    /// <summary>Puts itself in front of standard output and standard error.</summary>
    /// <returns>Disposing puts the former back.</returns>
    public static IDisposable Capture()
    {
        var (standardOut, standardError) = (Console.Out, Console.Error);
        Console.SetOut(Synchronized(new TaskConsole(standardOut)));
        Console.SetError(Synchronized(new TaskConsole(standardError)));
        return new Restore(standardOut, standardError);
    }

    public override void Write(char value) => Write([value]);

    public override void Write(char[] buffer, int index, int count) => Write(buffer.AsSpan(index, count));

    public override void Write(string? value) => Write(value.AsSpan());

    public override void Write(ReadOnlySpan<char> buffer)
    {
        var log = TaskLog.Current;
        if (log is { IsFull: true })
            return;

        log?.Write(buffer);
        console.Write(buffer);
    }

    public override void WriteLine(string? value) => Write($"{value}{CoreNewLineText}");

    public override void Flush() => console.Flush();

    private string CoreNewLineText => new(CoreNewLine);

    private sealed class Restore(TextWriter standardOut, TextWriter standardError) : IDisposable
    {
        public void Dispose()
        {
            Console.SetOut(standardOut);
            Console.SetError(standardError);
        }
    }
}
