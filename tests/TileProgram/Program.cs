using Microsoft.Extensions.DependencyInjection;
using TaskQueue.Commands;
using TileProgram;

return await TaskQueueProgram.RunAsync(args, typeof(Program).Assembly, services => services.AddSingleton<Scale>());
