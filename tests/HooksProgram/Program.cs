using HooksProgram;
using Microsoft.Extensions.DependencyInjection;
using TaskQueue.Commands;
using TaskQueue.Contracts;

return await TaskQueueProgram.RunAsync(args, typeof(Program).Assembly, services => services.AddSingleton<IWorkerHooks, Connection>());
