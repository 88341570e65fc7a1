namespace TaskQueue.Insert;

/// <summary>Receives the progress of an insert; may be called from several threads.</summary>
public sealed record InsertProgress
{
    /// <summary>The queue works, but something about it should be changed, or it makes the insert wait.</summary>
    public Action<string> Warned { get; init; } = _ => { };

    /// <summary>So many rows of all were checked.</summary>
    public Action<long, long> Checked { get; init; } = (_, _) => { };

    /// <summary>The table is sound: so many of its rows are about to be queued.</summary>
    public Action<long, long> Selected { get; init; } = (_, _) => { };

    /// <summary>So many tasks of those selected are durable in the queue, or were there already.</summary>
    public Action<long, long> Inserted { get; init; } = (_, _) => { };
}
