using TaskQueue.Queues;

namespace TaskQueue.Insert;

/// <summary>How long a message of an insert may be, and what all its messages hold.</summary>
/// <param name="Bytes">The longest body that the queue takes.</param>
/// <param name="Queue">Where the queue is, for people.</param>
/// <param name="Run">The insert.</param>
/// <param name="Build">Version of the program.</param>
internal sealed record MessageLimit(int Bytes, string Queue, string Run, string Build)
{
    /// <summary>Asks the queue.</summary>
    public static async Task<MessageLimit> OfAsync(ITaskQueue queue, string run, string build, CancellationToken cancellationToken) =>
        new(await queue.GetMaxMessageBytesAsync(cancellationToken), queue.Location, run, build);
}
