namespace TaskQueue.Queues;

/// <summary>Takes messages out of a queue, to put them into another.</summary>
/// <remarks>
/// A message that was taken is in nobody else's hands. It is removed when it is safe elsewhere; one that is not comes
/// back when the outlet is disposed of, or within minutes after its process died.
/// </remarks>
public interface IQueueOutlet : IAsyncDisposable
{
    /// <summary>Takes messages that nobody holds.</summary>
    /// <returns>Up to <paramref name="max"/>; none when there are no more.</returns>
    Task<IReadOnlyList<TakenMessage>> TakeAsync(int max, CancellationToken cancellationToken);

    /// <summary>Removes messages in the order in which they were taken.</summary>
    Task RemoveAsync(IReadOnlyList<TakenMessage> messages);
}

/// <summary>A message on its way from one queue to another.</summary>
/// <param name="Body">The message's JSON.</param>
/// <param name="Parking">How it came to be parked; null when it was ready.</param>
public record TakenMessage(ReadOnlyMemory<byte> Body, Parking? Parking)
{
    private readonly (MessageKey Key, int Rows) _read = MessageKey.Read(Body.Span);

    /// <summary>Task and row; of a group its first row.</summary>
    public MessageKey Key => _read.Key;

    /// <summary>How many rows it is for.</summary>
    public int Rows => _read.Rows;
}

/// <param name="Attempts">Attempts that were counted.</param>
/// <param name="Reason">Why it was parked.</param>
/// <param name="At">When.</param>
public sealed record Parking(int Attempts, string Reason, DateTimeOffset At);
