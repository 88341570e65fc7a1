using TaskQueue.Worker.Attempts;

namespace TaskQueue.Worker.Deliveries;

/// <summary>A row of a group: its message is that of the group.</summary>
/// <param name="group">The group's delivery.</param>
/// <param name="rows">Rows of the group.</param>
/// <param name="isSuspect">Whether the group was in hand before.</param>
/// <param name="age">Tells how long the group has been in hand.</param>
internal sealed class RowDelivery(ITaskDelivery group, int rows, bool isSuspect, Func<TimeSpan> age) : ITaskDelivery
{
    /// <summary>A row that is tried again is a message of its own.</summary>
    public int? Attempt => group.Attempt is null ? null : 1;

    public bool IsRepeat => isSuspect;

    public bool IsInGroup => true;

    public CancellationToken Lost => group.Lost;

    public Task<TaskReport>? Report { get; set; }

    /// <summary>The time of all rows before it counts: they share one message.</summary>
    public string? ReasonOfLoss(TimeSpan held) =>
        group.ReasonOfLoss(age()) is { } reason ? $"In a group of {rows} rows: {reason}" : null;

    public bool IsStillHeld() => group.IsStillHeld();
}
