using System.Text;

namespace TaskQueue.Logging;

/// <summary>
/// The console of a process that may run tasks: what a task writes is copied to its own log; a task whose log is full is no
/// longer heard.
/// </summary>
internal sealed class TaskConsole : TextWriter
{
    /// <summary>Characters that are written as one.</summary>
    private const int LongestWhole = 1 << 14;

    private readonly TextWriter _console;

    private TaskConsole(TextWriter console) => _console = console;

    public override Encoding Encoding => _console.Encoding;

    /// <summary>Makes one writer of Console.Out and Console.Error for the rest of this process: standard error.</summary>
    /// <remarks>
    /// Tasks, the log and the story share it, and so its lock. On Unix each write to the console also takes the lock of
    /// Console.Out (ConsolePal.WriteFromConsoleStream): with several writers, one that has its own lock waits for
    /// Console.Out's, and one that prints to Console.Out has that and waits for the other's, both for ever.
    /// </remarks>
    public static TextWriter Install()
    {
        var standardError = new StreamWriter(Console.OpenStandardError(), Console.Error.Encoding, LongestWhole) { AutoFlush = true };
        var console = Synchronized(new TaskConsole(standardError));
        Console.SetOut(console);
        Console.SetError(console);
        return console;
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
        _console.Write(buffer);
    }

    public override void WriteLine(string? value) => Write($"{value}{CoreNewLineText}");

    public override void Flush() => _console.Flush();

    private string CoreNewLineText => new(CoreNewLine);
}
