using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace TaskQueue.Logging;

/// <summary>Logging of processes that run tasks: lines on standard error, and each attempt's own log, which keeps debug messages too.</summary>
public static class TaskLogging
{
    /// <param name="logging">What to set up.</param>
    /// <param name="configuration">Its section Logging wins: Logging__LogLevel__Default in the environment.</param>
    /// <param name="isVerbose">Whether debug messages are shown, too.</param>
    public static ILoggingBuilder AddTaskLogging(this ILoggingBuilder logging, IConfiguration configuration, bool isVerbose)
    {
        logging.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        return logging
            .SetMinimumLevel(isVerbose ? LogLevel.Debug : LogLevel.Information)
            .AddConfiguration(configuration.GetSection("Logging"))
            .AddFilter<TaskLogProvider>(null, LogLevel.Debug)
            // The worker says the essence of it itself, in one line: it logs each give-back as an error with its stack.
            .AddFilter("MassTransit", isVerbose ? LogLevel.Debug : LogLevel.None)
            .AddFilter("Microsoft", LogLevel.Warning)
            .AddConsole(console => console.FormatterName = LineFormatter.FormatterName)
            .AddConsoleFormatter<LineFormatter, ConsoleFormatterOptions>()
            .AddProvider(new TaskLogProvider());
    }
}
