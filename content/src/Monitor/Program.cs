using TaskQueue.Contracts;
using TaskQueue.Monitor;
using TaskQueue.Monitor.Serving;
using TaskQueue.Reports;

try
{
    await MonitorServer.RunAsync(MonitorOptions.Read(args));
    return (int)ExitCode.Done;
}
catch (Exception exception)
{
    var (lines, code) = ErrorLines.Of(exception);
    Console.Error.WriteLine($"error: {string.Join("\n  ", lines)}");
    return (int)code;
}
