using TaskQueue.Tests.Children;
using Xunit.v3;

// Most of these tests wait for something: a third one has the processors meanwhile.
[assembly: Parallelization(MaxThreads = 3)]

return args is [ChildProgram.Switch, .. var rest]
    ? await ChildProgram.RunAsync(rest)
    : await Xunit.Runner.InProc.SystemConsole.ConsoleRunner.Run(args);
