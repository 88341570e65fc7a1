using System.Globalization;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;
using TaskQueue.Contracts;

namespace TaskQueue.Logging;

/// <summary>One line for each message: time, the row's id when a task writes it, level unless it is information, message. A stack trace follows indented.</summary>
internal sealed class LineFormatter() : ConsoleFormatter(FormatterName)
{
    public const string FormatterName = "line";

    public override void Write<TState>(in LogEntry<TState> entry, IExternalScopeProvider? scopes, TextWriter writer)
    {
        var level = entry.LogLevel == LogLevel.Information ? "" : $"{entry.LogLevel.ToString().ToLowerInvariant()}: ";
        writer.Write(DateTimeOffset.UtcNow.ToString("yyyy-MM-ddTHH:mm:ssZ ", CultureInfo.InvariantCulture));
        writer.WriteLine(TaskLog.Current?.Label + level + Printable.Of(entry.Formatter(entry.State, entry.Exception)));
        if (entry.Exception is { } exception)
            writer.WriteLine("  " + Printable.Lines(exception.ToString()).ReplaceLineEndings($"{Environment.NewLine}  "));
    }
}
