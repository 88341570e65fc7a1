using System.Text;

namespace TaskQueue.Worker;

/// <summary>Copies what tasks write to the console to their own logs; a task whose log is full is no longer heard.</summary>
internal sealed class TaskConsole(TextWriter console) : TextWriter
{
    /// <summary>Characters that are written as one: no line of the log comes between them.</summary>
    private const int LongestWhole = 1 << 14;

    public override Encoding Encoding => console.Encoding;

    /// <summary>Takes the place of Console.Out and Console.Error; what is written goes to the same streams as before.</summary>
    /// <returns>Disposing puts the former back.</returns>
    public static IDisposable Capture()
    {
        var (standardOut, standardError) = (Console.Out, Console.Error);
        var joined = ReferenceEquals(standardOut, standardError);
        Console.SetOut(new TaskConsole(Open(joined ? Console.OpenStandardError() : Console.OpenStandardOutput(), standardOut.Encoding)));
        Console.SetError(new TaskConsole(Open(Console.OpenStandardError(), standardError.Encoding)));
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

    /// <summary>
    /// A writer that nobody else has. On Unix each write to the console takes the lock of Console.Out at its end
    /// (ConsolePal.WriteFromConsoleStream), and whoever prints has it from the start. Were the writer shared with the log, a
    /// task and the log would wait for each other for ever: the one with the lock of Console.Out, the other with the writer's.
    /// </summary>
    private static StreamWriter Open(Stream stream, Encoding encoding) => new(stream, encoding, LongestWhole) { AutoFlush = true };

    private sealed class Restore(TextWriter standardOut, TextWriter standardError) : IDisposable
    {
        public void Dispose()
        {
            Console.SetOut(standardOut);
            Console.SetError(standardError);
        }
    }
}
