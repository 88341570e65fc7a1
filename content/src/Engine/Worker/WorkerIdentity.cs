using System.Globalization;
using System.Security.Cryptography;

namespace TaskQueue.Worker;

/// <summary>Names one worker process in records and logs.</summary>
/// <param name="Name">
/// Host, process id, start, and 64 random bits: two containers can have the other three in common, and what a worker
/// writes is under its name.
/// </param>
/// <param name="Build">The version of the program.</param>
/// <param name="Concurrency">Tasks at once.</param>
public sealed record WorkerIdentity(string Name, string Build, int Concurrency)
{
    public static WorkerIdentity OfThisProcess(string build, int concurrency) => new(
        string.Create(CultureInfo.InvariantCulture, $"{Environment.MachineName}-{Environment.ProcessId}-{DateTimeOffset.UtcNow:yyyyMMddHHmmss}-{RandomNumberGenerator.GetHexString(16, lowercase: true)}"),
        build, concurrency);
}
