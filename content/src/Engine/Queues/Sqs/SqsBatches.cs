using System.Collections.Immutable;
using TaskQueue.Contracts;

namespace TaskQueue.Queues.Sqs;

/// <summary>Sends entries in one request, and those that failed for a passing reason again.</summary>
internal sealed class SqsBatches(SqsClient client, string location)
{
    /// <summary>The most entries of one request.</summary>
    public const int Size = 10;

    /// <summary>What entries may be called, one for each.</summary>
    public static readonly ImmutableArray<string> Ids = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];

    private const int MaxTries = 7;
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);

    /// <param name="action">A batch action of SQS.</param>
    /// <param name="queueUrl">Where.</param>
    /// <param name="entries">At most ten, with ids of their own.</param>
    /// <param name="cancellationToken">Ends the repeats.</param>
    /// <returns>The entries that SQS refuses for good.</returns>
    /// <exception cref="TaskQueueException">Some entries failed each time; which of them arrived is not known.</exception>
    public async Task<IReadOnlyList<BatchFailure>> RunAsync(
        string action, string queueUrl, IReadOnlyList<BatchEntry> entries, CancellationToken cancellationToken)
    {
        var refused = new List<BatchFailure>();
        for (var tries = 1; ; tries++)
        {
            try
            {
                var failed = await AskAsync(action, queueUrl, entries, cancellationToken);
                refused.AddRange(failed.Where(failure => failure.SenderFault));
                entries = [.. entries.Where(entry => failed.Any(failure => failure.Id == entry.Id && !failure.SenderFault))];
                if (entries.Count == 0)
                    return refused;
                if (tries == MaxTries)
                    throw Explain(action, entries.Count, failed.First(failure => !failure.SenderFault));
            }
            catch (TaskQueueException e) when (e.IsPassing && tries < MaxTries)
            {
                // The whole request failed, although the SDK has tried it more than once.
            }
            await Task.Delay(Pause(tries), cancellationToken);
        }
    }

    private async Task<IReadOnlyList<BatchFailure>> AskAsync(
        string action, string queueUrl, IReadOnlyList<BatchEntry> entries, CancellationToken cancellationToken)
    {
        var answer = await client.CallAsync<BatchAnswer>(action, new BatchRequest(queueUrl, entries), location, cancellationToken);
        return answer.Failed ?? [];
    }

    private TaskQueueException Explain(string action, int count, BatchFailure failure) => new(
        ExitCode.Unavailable, $"SQS failed {action} on '{location}' for {count} messages, {MaxTries} times: {failure.Code}.",
        next: "Try again later.");

    /// <summary>Doubling, with jitter, so that workers do not come in step.</summary>
    private static TimeSpan Pause(int tries)
    {
        var limit = Math.Min(FirstPause.TotalSeconds * Math.Pow(2, tries), LongestPause.TotalSeconds);
        return TimeSpan.FromSeconds(limit * (0.5 + (Random.Shared.NextDouble() / 2)));
    }
}
