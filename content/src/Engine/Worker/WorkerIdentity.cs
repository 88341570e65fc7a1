using System.Globalization;

namespace TaskQueue.Worker;

/// <summary>Names one worker process in records and logs.</summary>
/// <param name="Name">Host, process id and start: no two processes ever share it.</param>
/// <param name="Build">The version of the program.</param>
/// <param name="Concurrency">Tasks at once.</param>
public sealed record WorkerIdentity(string Name, string Build, int Concurrency)
{
    public static WorkerIdentity OfThisProcess(string build, int concurrency) => new(
        string.Create(CultureInfo.InvariantCulture, $"{Environment.MachineName}-{Environment.ProcessId}-{DateTimeOffset.UtcNow:yyyyMMddHHmmss}"),
        build, concurrency);
}
