using System.Text;

namespace TaskQueue.Logging;

/// <summary>
/// The console of a process that may run tasks. What a task writes is copied to its own log, and each line begins with the
/// row's id. Once that log is full, nothing more of the task is written.
/// </summary>
internal sealed class TaskConsole : TextWriter
{
    /// <summary>Characters that are written as one.</summary>
    private const int LongestWhole = 1 << 14;

    private readonly LiveWriter _console;
    private readonly TextWriter _shared;
    private TaskLog? _writer;
    private bool _isMidLine;

    private TaskConsole(LiveWriter console)
    {
        _console = console;
        _shared = Synchronized(this);
    }

    public override Encoding Encoding => _console.Encoding;

    /// <summary>Stands before each line; for several processes in one terminal.</summary>
    public string Label { get; set; } = "";

    /// <summary>Makes one writer of Console.Out and Console.Error for the rest of this process: standard error.</summary>
    /// <remarks>
    /// Tasks, the log and the story share it, and so its lock. On Unix each write to the console also takes the lock of
    /// Console.Out (ConsolePal.WriteFromConsoleStream): with several writers, one that has its own lock waits for
    /// Console.Out's, and one that prints to Console.Out has that and waits for the other's, both for ever.
    /// </remarks>
    /// <param name="width">Characters of a line of the terminal, if it is one.</param>
    public static (TextWriter Shared, TaskConsole Console) Install(int width)
    {
        var standardError = new StreamWriter(Console.OpenStandardError(), Console.Error.Encoding, LongestWhole) { AutoFlush = true };
        var console = new TaskConsole(new LiveWriter(standardError, width));
        Console.SetOut(console._shared);
        Console.SetError(console._shared);
        return (console._shared, console);
    }

    /// <summary>Draws a line below all else, in place of the one before, unless this is a job in the background: several would draw over one another.</summary>
    /// <returns>Whether it was drawn.</returns>
    public bool Draw(string line)
    {
        var isDrawn = !IsInBackground();
        lock (_shared)
            _console.Draw(isDrawn ? line : "");
        return isDrawn;
    }

    /// <summary>Whether another job has the terminal: proc(5), stat, fields pgrp and tpgid; known on Linux alone.</summary>
    public static bool IsInBackground()
    {
        if (!OperatingSystem.IsLinux())
            return false;
        var stat = File.ReadAllText("/proc/self/stat");
        // The name before it may hold anything.
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return fields[5] is not "-1" and var foreground && foreground != fields[2];
    }

    public override void Write(char value) => Write([value]);

    public override void Write(char[] buffer, int index, int count) => Write(buffer.AsSpan(index, count));

    public override void Write(string? value) => Write(value.AsSpan());

    public override void Write(ReadOnlySpan<char> buffer)
    {
        var log = TaskLog.Current;
        if (buffer.IsEmpty)
            return;

        var isFull = log is { IsFull: true };
        log?.Write(buffer);
        if (isFull)
            return;

        if (log is null && Label.Length == 0 && !_isMidLine)
            _console.Write(buffer);
        else
            _console.Write(Compose(buffer, log));
        (_writer, _isMidLine) = (log, buffer[^1] != '\n');
    }

    public override void WriteLine(string? value) => Write($"{value}{CoreNewLineText}");

    public override void Flush() => _console.Flush();

    /// <summary>What stands before each line, and before the first a line's end when another's was not ended.</summary>
    private string Compose(ReadOnlySpan<char> buffer, TaskLog? log)
    {
        var text = new StringBuilder();
        var goesOn = _isMidLine && _writer == log;
        if (_isMidLine && !goesOn)
            text.Append('\n');
        while (!buffer.IsEmpty)
        {
            var end = buffer.IndexOf('\n') + 1;
            var line = end > 0 ? buffer[..end] : buffer;
            if (!goesOn)
                text.Append(Label).Append(log?.Label);
            text.Append(line);
            buffer = buffer[line.Length..];
            goesOn = false;
        }
        return text.ToString();
    }

    private string CoreNewLineText => new(CoreNewLine);
}
