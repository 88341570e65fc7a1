using System.Reflection;
using TaskQueue.Commands;

// Tasks are found in this assembly. What their constructors ask for is registered here:
//   (args, tasks, services => services.AddSingleton<MyModel>())
return await TaskQueueProgram.RunAsync(args, Assembly.GetExecutingAssembly());
