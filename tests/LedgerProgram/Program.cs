using LedgerProgram;
using Microsoft.Extensions.DependencyInjection;
using TaskQueue.Commands;

return await TaskQueueProgram.RunAsync(args, typeof(Program).Assembly, services =>
{
    if (Environment.GetEnvironmentVariable(FailingService.Switch) is not null)
        services.AddHostedService<FailingService>();
});
