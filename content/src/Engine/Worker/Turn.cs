using TaskQueue.Records;

namespace TaskQueue.Worker;

/// <summary>One attempt's number, and its place beside the others or alone.</summary>
/// <param name="number">1 for the first attempt.</param>
/// <param name="isOnRecord">Whether the attempt must be recorded before it starts, because the queue does not count it.</param>
/// <param name="earlier">The failed record that it replaces.</param>
/// <param name="place">Its place in the gate.</param>
public sealed class Turn(int number, bool isOnRecord = false, FailedRecord? earlier = null, IDisposable? place = null) : IDisposable
{
    public int Number { get; } = number;

    public bool IsOnRecord { get; } = isOnRecord;

    public FailedRecord? Earlier { get; } = earlier;

    public void Dispose() => place?.Dispose();
}
