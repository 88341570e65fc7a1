using TaskQueue.Records;

namespace TaskQueue.Worker;

/// <summary>One attempt's number, and its place beside the others or alone.</summary>
/// <param name="place">Its place in the gate; null when the queue counts attempts itself.</param>
public sealed class Turn(IDisposable? place = null) : IDisposable
{
    /// <summary>1 for the first attempt.</summary>
    public required int Number { get; init; }

    /// <summary>Whether the queue counts the attempt, and knows what a give-back is.</summary>
    public bool IsCountedByQueue => place is null;

    /// <summary>Whether the attempt is recorded before it starts.</summary>
    public bool IsOnRecord { get; init; }

    /// <summary>The failed record that it replaces.</summary>
    public FailedRecord? Earlier { get; init; }

    public void Dispose() => place?.Dispose();
}
