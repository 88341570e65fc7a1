using System.Text.Json;
using TaskQueue.Queues;

namespace TaskQueue.Tests.Queues;

/// <summary>One worker of a queue, as far as the queue can tell. Each kind of queue has its own way to take messages.</summary>
public interface IQueueConsumer : IAsyncDisposable
{
    /// <summary>Takes messages, waiting a little while there is none.</summary>
    /// <returns>As many as this consumer may still hold, at most; none when nothing came.</returns>
    Task<IReadOnlyList<Taken>> TakeAsync();

    /// <summary>The task is done: removes the message.</summary>
    /// <returns>Whether it was still held.</returns>
    Task<bool> AcknowledgeAsync(Taken message);

    /// <summary>The worker leaves: others have the message at once, and no attempt is charged.</summary>
    /// <returns>Whether it was still held.</returns>
    Task<bool> GiveBackAsync(Taken message);

    /// <summary>The task can never succeed.</summary>
    /// <returns>Whether it was still held.</returns>
    Task<bool> ParkAsync(Taken message, string reason);

    /// <summary>Holds on to a message as a worker does while its task runs.</summary>
    /// <returns>Whether it is still held.</returns>
    Task<bool> KeepAsync(Taken message);

    /// <summary>Stops holding on to anything, as a worker that was killed; ends when others may have the messages.</summary>
    Task LoseAllAsync();
}

/// <summary>A message in the hands of a consumer.</summary>
/// <param name="Body">The bytes that arrived.</param>
/// <param name="IsRepeat">Whether the queue says that it was delivered before.</param>
/// <param name="Handle">What its consumer needs to find it again.</param>
public sealed record Taken(byte[] Body, bool IsRepeat, object Handle)
{
    public string Id => JsonSerializer.Deserialize<TaskMessage>(Body, JsonSerializerOptions.Web)!.Id;
}
