using TaskQueue.Records.Runs;

namespace TaskQueue.Reports.Runs;

/// <summary>How far a run has come.</summary>
internal sealed record RunCounts
{
    public required RunRecord Run { get; init; }

    public required RunState State { get; init; }

    /// <summary>Rows that wait for a worker.</summary>
    public required long Queued { get; init; }

    /// <summary>Rows that a worker holds.</summary>
    public required long Running { get; init; }

    /// <summary>Rows that are done, those included that a worker found done before.</summary>
    public required long Done { get; init; }

    /// <summary>Rows that used up their attempts or were rejected.</summary>
    public required long Failed { get; init; }

    /// <summary>Rows that are in none of these states: their messages were purged, or never queued.</summary>
    public required long Missing { get; init; }
}

/// <summary>What goes on in a run.</summary>
internal enum RunState
{
    /// <summary>Its rows are being queued, or an insert died over it.</summary>
    Inserting,

    /// <summary>No worker has started with it.</summary>
    Pending,

    Running,

    /// <summary>Nothing of it is queued or running.</summary>
    Finished,

    Cancelled,
}
