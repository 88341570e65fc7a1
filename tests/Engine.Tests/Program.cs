using TaskQueue.Tests.Children;

return args is [ChildProgram.Switch, .. var rest]
    ? await ChildProgram.RunAsync(rest)
    : await Xunit.Runner.InProc.SystemConsole.ConsoleRunner.Run(args);
