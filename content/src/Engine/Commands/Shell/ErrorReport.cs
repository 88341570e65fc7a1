using TaskQueue.Contracts;

namespace TaskQueue.Commands.Shell;

/// <summary>Tells a person what went wrong, and the caller by exit code.</summary>
internal static class ErrorReport
{
    /// <summary>Writes an exception as at most three lines and gives its exit code; a stack trace only when asked for.</summary>
    public static ExitCode Write(Exception exception, Terminal terminal, bool isVerbose)
    {
        FlushAnswer(terminal);
        var (lines, code) = Explain(exception);
        terminal.Error.WriteLine($"error: {lines[0]}");
        foreach (var line in lines[1..])
            terminal.Error.WriteLine($"  {line}");

        if (isVerbose)
            terminal.Error.WriteLine(exception);

        return code;
    }

    private static (string[] Lines, ExitCode Code) Explain(Exception exception) => exception switch
    {
        TaskQueueException known => (known.Message.Split('\n'), known.ExitCode),
        UnauthorizedAccessException => ([OneLine(exception), "Check the permissions, and as which user this runs."], ExitCode.Permission),
        IOException => ([OneLine(exception), "Check the path and the free space, then run it again."], ExitCode.InputOutput),
        _ => ([$"{exception.GetType().Name}: {OneLine(exception)}", "This is a fault of the program; --verbose shows where."], ExitCode.Internal),
    };

    private static string OneLine(Exception exception) => exception.Message.ReplaceLineEndings(" ");

    /// <summary>What was answered before the error comes first; an output that fails now is not the error to tell about.</summary>
    private static void FlushAnswer(Terminal terminal)
    {
        try
        {
            terminal.Out.Flush();
        }
        catch (IOException) { }
    }
}
