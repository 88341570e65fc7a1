using MassTransit;

namespace TaskQueue.Queues;

/// <summary>A queue whose messages a broker pushes: MassTransit's own transport receives them.</summary>
public interface IConsumedQueue : ITaskQueue
{
    /// <summary>Connects, and makes the queue when there is none.</summary>
    /// <returns>What a person should know before tasks run, one line each.</returns>
    Task<IReadOnlyList<string>> PrepareAsync(CancellationToken cancellationToken);

    /// <summary>Gives the bus its transport, and one endpoint that receives from this queue.</summary>
    /// <param name="bus">The bus that is being configured.</param>
    /// <param name="prefetch">How many messages the broker may push ahead of their acknowledgement; 1 to 65,535.</param>
    /// <param name="endpoint">Says what the endpoint does with a message. When that throws, the message is given back at once.</param>
    void AddTransport(IBusRegistrationConfigurator bus, int prefetch, Action<IReceiveEndpointConfigurator, IRegistrationContext> endpoint);

    /// <summary>Receives no more messages. Those that were received stay ours.</summary>
    Task StopReceivingAsync();

    /// <summary>Tells others how many messages this worker holds: they count as leased.</summary>
    void ShowHeld(int messages);

    /// <summary>Whether a message is certainly still ours; asks the broker when the clock leaves a doubt.</summary>
    bool IsStillHeld(ReceiveContext message);

    /// <summary>Why a message that is no longer ours was taken back, when that is known and was its own fault.</summary>
    /// <param name="held">How long it was ours.</param>
    /// <returns>For people, with what to change; null when it is not known.</returns>
    string? ReasonOfLoss(TimeSpan held);

    /// <summary>Puts a copy of a message where parked ones are; the message itself is acknowledged by its receiver.</summary>
    Task ParkAsync(ReceiveContext message, string reason, int attempts);

    /// <summary>Puts a copy of a message where it is ready after a rest, with no deliveries counted; the message itself is acknowledged by its receiver.</summary>
    Task RestAsync(ReceiveContext message, TimeSpan rest);

    /// <summary>Ends with an exception when nothing will ever be received again.</summary>
    Task WhenBroken { get; }

    /// <summary>Says what goes wrong while messages are received and can be changed, in one line.</summary>
    event Action<string>? Warned;
}
