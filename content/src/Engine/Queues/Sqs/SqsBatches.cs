using System.Collections.Immutable;
using System.Text;
using Amazon.SQS.Model;
using TaskQueue.Contracts;

namespace TaskQueue.Queues.Sqs;

/// <summary>Requests for ten messages each; those that failed for a transient reason are sent again.</summary>
internal sealed class SqsBatches(SqsClient client)
{
    /// <summary>The most entries of one request.</summary>
    public const int Size = 10;

    public const int RequestsAtOnce = 16;

    /// <summary>What entries are called, by their place in the request.</summary>
    public static readonly ImmutableArray<string> Ids = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];

    /// <summary>Stops at what is no UTF-8, and replaces nothing.</summary>
    private static readonly UTF8Encoding Text = new(false, throwOnInvalidBytes: true);

    /// <summary>SQS delays no message for longer; a row whose task still cannot run is given back once more.</summary>
    private const int MostDelaySeconds = 900;

    private const int MaxTries = 7;

    /// <summary>Sends messages in one request.</summary>
    /// <param name="queueUrl">Where.</param>
    /// <param name="messages">At most ten, called by their <see cref="Ids"/>; together no longer than a request may be.</param>
    /// <param name="cancellationToken">Ends the repeats.</param>
    /// <returns>For each message why SQS refuses it for good; null where it is stored.</returns>
    /// <exception cref="TaskQueueException">Some failed each time; which of them arrived is not known.</exception>
    public Task<BatchResultErrorEntry?[]> SendAsync(
        string queueUrl, IReadOnlyList<SendMessageBatchRequestEntry> messages, CancellationToken cancellationToken) =>
        RepeatAsync(
            async entries => (await client.SendMessageBatchAsync(new(queueUrl, entries), cancellationToken)).Failed,
            messages, "SendMessage", cancellationToken);

    /// <summary>Deletes any number of messages.</summary>
    /// <returns>For each receipt handle why SQS refuses it for good; null where the message is deleted.</returns>
    /// <exception cref="TaskQueueException">Some failed each time.</exception>
    public Task<BatchResultErrorEntry?[]> DeleteAsync(string queueUrl, IReadOnlyList<string> handles) =>
        InTensAsync(handles, batch => RepeatAsync(
            async entries => (await client.DeleteMessageBatchAsync(new(queueUrl, entries))).Failed,
            [.. batch.Select((handle, index) => new DeleteMessageBatchRequestEntry(Ids[index], handle))], "DeleteMessage"));

    /// <summary>Hides any number of messages for so long from now on; for no time, to give them back.</summary>
    /// <returns>For each receipt handle why SQS refuses it for good; null where the message is hidden.</returns>
    /// <exception cref="TaskQueueException">Some failed each time.</exception>
    public Task<BatchResultErrorEntry?[]> HideAsync(string queueUrl, IReadOnlyList<string> handles, TimeSpan time) =>
        InTensAsync(handles, batch => RepeatAsync(
            async entries => (await client.ChangeMessageVisibilityBatchAsync(new(queueUrl, entries))).Failed,
            [.. batch.Select((handle, index) => Hiding(index, handle, time))], "ChangeMessageVisibility"));

    /// <summary>The entry that sends a message, by its place in the request.</summary>
    /// <exception cref="TaskQueueException">It is no text (65).</exception>
    public static SendMessageBatchRequestEntry Sending(int index, ReadOnlyMemory<byte> body, TimeSpan delay = default)
    {
        try
        {
            var entry = new SendMessageBatchRequestEntry(Ids[index], Text.GetString(body.Span));
            if (delay > TimeSpan.Zero)
                entry.DelaySeconds = Math.Min(SqsReceiver.Seconds(delay), MostDelaySeconds);
            return entry;
        }
        catch (DecoderFallbackException e)
        {
            throw new TaskQueueException(
                ExitCode.BadInput, "A message is not a text in UTF-8, and SQS takes no other.", next: "Choose a queue of another kind.", cause: e);
        }
    }

    /// <summary>The entry that hides a message, by its place in the request.</summary>
    public static ChangeMessageVisibilityBatchRequestEntry Hiding(int index, string handle, TimeSpan time) =>
        new(Ids[index], handle) { VisibilityTimeout = SqsReceiver.Seconds(time) };

    private static async Task<BatchResultErrorEntry?[]> InTensAsync(
        IReadOnlyList<string> handles, Func<string[], Task<BatchResultErrorEntry?[]>> run)
    {
        var refused = new BatchResultErrorEntry?[handles.Count];
        await Parallel.ForEachAsync(handles.Chunk(Size).Index(), new ParallelOptions { MaxDegreeOfParallelism = RequestsAtOnce }, async (batch, _) =>
            (await run(batch.Item)).CopyTo(refused, batch.Index * Size));
        return refused;
    }

    private async Task<BatchResultErrorEntry?[]> RepeatAsync<TEntry>(
        Func<List<TEntry>, Task<List<BatchResultErrorEntry>?>> ask, IReadOnlyList<TEntry> entries, string action,
        CancellationToken cancellationToken = default)
    {
        var refused = new BatchResultErrorEntry?[entries.Count];
        var open = entries.ToList();
        var backoff = Backoff.ForRequests();
        for (var tries = 1; ; tries++)
        {
            try
            {
                var failed = await ask(open) ?? [];
                foreach (var failure in failed.Where(failure => failure.SenderFault is true))
                    refused[Ids.IndexOf(failure.Id)] = failure;
                var transient = failed.Where(failure => failure.SenderFault is not true).ToList();
                if (transient.Count == 0)
                    return refused;
                if (tries == MaxTries)
                    throw Explain(action, transient);
                open = [.. transient.Select(failure => entries[Ids.IndexOf(failure.Id)])];
            }
            catch (TaskQueueException e) when (e.IsTransient && tries < MaxTries)
            {
                // The whole request failed, although the SDK has tried it more than once.
            }
            await backoff.WaitAsync(TimeProvider.System, cancellationToken);
        }
    }

    private TaskQueueException Explain(string action, List<BatchResultErrorEntry> failures) => new(
        ExitCode.Unavailable,
        $"SQS failed {action} on '{client.Location}' for {failures.Count} messages, {MaxTries} times: {failures[0].Code}.",
        next: "Try again later.")
    {
        IsTransient = true,
    };
}
