using TaskQueue.Contracts;
using TaskQueue.Queues;
using TaskQueue.Queues.Moving;

namespace TaskQueue.Reports;

/// <summary>What a move came to, for people.</summary>
internal static class MoveText
{
    public static void WritePlan(QueueCounts counts, string source, string target, TextWriter output)
    {
        output.WriteLine($"Would move {Tasks(counts.Ready, counts.Parked)} from {source} to {target}");
        if (counts.Leased > 0)
            output.WriteLine($"{Counted.Tasks(counts.Leased)} held by workers would be left; stop the workers first.");
    }

    /// <exception cref="TaskQueueException">Something was left in the source (exit code 75).</exception>
    public static void Write(MoveReport report, ITaskQueue source, string target, TextWriter output)
    {
        output.WriteLine($"Moved {Tasks(report.Ready, report.Parked)} from {source.Location} to {target}");
        if (report.AlreadyThere > 0)
            output.WriteLine($"{Counted.Tasks(report.AlreadyThere)} of them were there already.");

        var left = report.Left;
        if (left.Leased > 0)
            throw new TaskQueueException(
                ExitCode.PartDone, $"{Counted.Tasks(left.Leased)} held by workers, or by a move that was interrupted, were left.",
                $"In {source.Location}", $"Stop the workers, then run it again. {source.EndOfLeases ?? "To end the leases of dead workers: dotnet run release"}");
        if (left.Ready + left.Parked > 0)
            throw new TaskQueueException(
                ExitCode.PartDone, $"The queue still counts {Tasks(left.Ready, left.Parked)}: somebody adds to it, or holds some for a moment.",
                $"In {source.Location}", "Run it again.");
    }

    private static string Tasks(long ready, long parked) =>
        parked == 0 ? Counted.Tasks(ready) : $"{Counted.Tasks(ready)} and {Counted.Number(parked)} failed";
}
