namespace TaskQueue.Queues.RabbitMq;

/// <summary>How long an insert waits for a broker that does not go on.</summary>
internal sealed record RabbitPatience
{
    /// <summary>While the broker says that it is out of memory or disk.</summary>
    public TimeSpan Blocked { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>While no connection can be made, as when the broker restarts.</summary>
    public TimeSpan Away { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Before a connection without confirms is taken for dead.</summary>
    public TimeSpan Silence { get; init; } = TimeSpan.FromSeconds(20);
}
