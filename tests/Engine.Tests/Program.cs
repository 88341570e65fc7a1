using TaskQueue.Tests.Children;
using Xunit.v3;

// Most of these tests wait for something: three more have the processors meanwhile.
[assembly: Parallelization(MaxThreads = 5)]

return args is [ChildProgram.Switch, .. var rest]
    ? await ChildProgram.RunAsync(rest)
    : await Xunit.Runner.InProc.SystemConsole.ConsoleRunner.Run(args);
