using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using TaskQueue.Worker;

namespace TaskQueue.Commands.Shell;

/// <summary>What the user's classes may ask for in their constructors, outside of a worker.</summary>
internal static class VerbServices
{
    /// <summary>Logging to standard error, and what the project registers.</summary>
    public static ServiceCollection Describe(Invocation invocation)
    {
        var services = new ServiceCollection();
        var configuration = new ConfigurationBuilder().AddEnvironmentVariables().Build();
        services.AddLogging(logging => logging.AddTaskLogging(configuration, invocation.IsVerbose));
        invocation.ConfigureServices?.Invoke(services);
        return services;
    }

    public static ServiceProvider Create(Invocation invocation) => Describe(invocation).BuildServiceProvider();
}
