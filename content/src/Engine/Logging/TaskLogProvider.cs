using System.Globalization;
using Microsoft.Extensions.Logging;

namespace TaskQueue.Logging;

/// <summary>Copies what is logged inside a task to that task's own log.</summary>
[ProviderAlias("TaskLog")]
internal sealed class TaskLogProvider : ILoggerProvider
{
    public ILogger CreateLogger(string categoryName) => new Logger(categoryName);

    public void Dispose() { }

    private sealed class Logger(string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None && TaskLog.Current is not null;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            var time = DateTimeOffset.UtcNow.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);
            TaskLog.Current?.Write($"{time} {logLevel} {category}: {formatter(state, exception)}\n{(exception is null ? "" : exception + "\n")}");
        }
    }
}
