using TaskQueue.Commands;

return await TaskQueueProgram.RunAsync(args, typeof(Program).Assembly);
