using System.Globalization;
using TaskQueue.Contracts;
using TaskQueue.Tests.Servers;

namespace TaskQueue.Tests.Worker;

/// <summary>Makes projects of the ledger program on each kind of queue.</summary>
public abstract class TestsOnAllQueues(Emulators emulators, RabbitServer rabbit)
{
    private protected const int LeaseSeconds = 2;

    public static TheoryData<string> Kinds => ["fq", "amqp", "sqs"];

    private protected Task<LedgerProject> CreateAsync(string kind, params string[] settings) => CreateDefaultAsync(
        kind, [.. settings.Any(line => line.StartsWith("TQ_LEASE", StringComparison.Ordinal)) ? [] : (string[])[$"TQ_LEASE_SECONDS={LeaseSeconds}"], .. settings]);

    private protected async Task<LedgerProject> CreateDefaultAsync(string kind, params string[] all)
    {
        var attempts = all.FirstOrDefault(line => line.StartsWith("TQ_MAX", StringComparison.Ordinal))?.Split('=')[1] ?? "5";
        var limits = new QueueLimits { MaxAttempts = int.Parse(attempts, CultureInfo.InvariantCulture) };
        var queue = await QueueOfKind.CreateAsync(kind, rabbit, emulators, limits);
        return new LedgerProject([.. queue.Settings, .. all]) { OtherQueue = queue.Open };
    }
}
