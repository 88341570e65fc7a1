using Microsoft.Extensions.Hosting;

namespace LedgerProgram;

/// <summary>A hosted service of the user's that fails while the worker runs.</summary>
public sealed class FailingService : BackgroundService
{
    /// <summary>The environment variable that registers it.</summary>
    public const string Switch = "FAILING_SERVICE";

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        throw new InvalidOperationException("The service was told to fail.");
    }
}
