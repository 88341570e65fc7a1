namespace TaskQueue.Queues.RabbitMq;

/// <summary>How long an insert waits for a broker that does not go on.</summary>
internal sealed record InsertTimeouts
{
    /// <summary>While the broker says that it is out of memory or disk, or confirms nothing on new connections either.</summary>
    public TimeSpan Blocked { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>While no connection can be made, as when the broker restarts.</summary>
    public TimeSpan Reconnect { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Before a connection without confirms is taken for dead.</summary>
    public TimeSpan Confirm { get; init; } = TimeSpan.FromSeconds(20);
}
