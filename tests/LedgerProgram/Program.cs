using LedgerProgram;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using TaskQueue.Commands;
using TaskQueue.Contracts;

return await TaskQueueProgram.RunAsync(args, typeof(Program).Assembly, services =>
{
    if (Environment.GetEnvironmentVariable(FailingService.Switch) is not null)
        services.AddHostedService<FailingService>();
    if (FailPoints.FromEnvironment() is { } failPoints)
        services.AddSingleton<IFailPoints>(failPoints);
    // Where telemetry is on, it is sent at the worker's end instead of minutes after its start, so that a test sees it.
    services.Configure<UsageTelemetryOptions>(telemetry => telemetry.ReportOnShutdown = true);
});
