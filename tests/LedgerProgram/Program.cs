using LedgerProgram;
using Microsoft.Extensions.DependencyInjection;
using TaskQueue.Commands;
using TaskQueue.Contracts;

return await TaskQueueProgram.RunAsync(args, typeof(Program).Assembly, services =>
{
    if (Environment.GetEnvironmentVariable(FailingService.Switch) is not null)
        services.AddHostedService<FailingService>();
    if (FailPoints.FromEnvironment() is { } failPoints)
        services.AddSingleton<IFailPoints>(failPoints);
});
