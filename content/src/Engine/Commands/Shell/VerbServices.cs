using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace TaskQueue.Commands.Shell;

/// <summary>What the user's classes may ask for in their constructors, outside of a worker.</summary>
internal static class VerbServices
{
    /// <summary>Logging to standard error, and what the project registers.</summary>
    public static ServiceCollection Describe(Invocation invocation)
    {
        var services = new ServiceCollection();
        services.AddLogging(logging => logging
            .SetMinimumLevel(invocation.IsVerbose ? LogLevel.Debug : LogLevel.Information)
            .AddSimpleConsole(console => console.SingleLine = true));
        services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        invocation.ConfigureServices?.Invoke(services);
        return services;
    }

    public static ServiceProvider Create(Invocation invocation) => Describe(invocation).BuildServiceProvider();
}
