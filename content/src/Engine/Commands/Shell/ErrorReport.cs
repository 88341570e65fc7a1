using TaskQueue.Contracts;
using TaskQueue.Reports;

namespace TaskQueue.Commands.Shell;

/// <summary>Tells a person what went wrong, and the caller by exit code.</summary>
internal static class ErrorReport
{
    /// <summary>
    /// Writes an exception as at most three lines and gives its exit code; a stack trace only when asked for.
    /// </summary>
    public static ExitCode Write(Exception exception, Terminal terminal, bool isVerbose)
    {
        FlushAnswer(terminal);
        var (lines, code) = ErrorLines.Of(exception);
        terminal.Error.WriteLine($"error: {lines[0]}");
        foreach (var line in lines.Skip(1))
            terminal.Error.WriteLine($"  {line}");

        if (isVerbose)
            terminal.Error.WriteLine(exception);

        return code;
    }

    /// <summary>
    /// What was answered before the error comes first; an output that fails now is not the error to tell about.
    /// </summary>
    private static void FlushAnswer(Terminal terminal)
    {
        try
        {
            terminal.Out.Flush();
        }
        catch (IOException) { }
    }
}
