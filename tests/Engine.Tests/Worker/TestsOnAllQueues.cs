using System.Globalization;
using TaskQueue.Contracts;
using TaskQueue.Tests.Servers;

namespace TaskQueue.Tests.Worker;

/// <summary>Makes projects of the ledger program on each kind of queue.</summary>
public abstract class TestsOnAllQueues(Emulators emulators, RabbitServer rabbit)
{
    private protected const int LeaseSeconds = 2;

    public static TheoryData<string> Kinds => ["fq", "amqp", "sqs"];

    /// <summary>For what no queue is likely to do otherwise than a file: all kinds at night.</summary>
    public static TheoryData<string> FileOrKinds => Nightly.Number("ALL_KINDS", 0) == 1 ? Kinds : ["fq"];

    private protected Task<LedgerProject> CreateAsync(string kind, params string[] settings) => CreateDefaultAsync(
        kind, [.. settings.Any(line => line.StartsWith("TQ_LEASE", StringComparison.Ordinal)) ? [] : (string[])[$"TQ_LEASE_SECONDS={LeaseSeconds}"], .. settings]);

    private protected Task<LedgerProject> CreateDefaultAsync(string kind, params string[] all) => CreateForAsync(program: null, kind, all);

    /// <param name="program">Null for the ledger program.</param>
    /// <param name="kind">Of the queue.</param>
    /// <param name="all">Lines of task.env.</param>
    private protected async Task<LedgerProject> CreateForAsync(string? program, string kind, params string[] all)
    {
        var attempts = all.FirstOrDefault(line => line.StartsWith("TQ_MAX", StringComparison.Ordinal))?.Split('=')[1] ?? "5";
        var limits = new QueueLimits { MaxAttempts = int.Parse(attempts, CultureInfo.InvariantCulture) };
        var queue = await QueueOfKind.CreateAsync(kind, rabbit, emulators, limits);
        return new LedgerProject([.. queue.Settings, .. all]) { OtherQueue = queue.Open, Program = program };
    }
}
