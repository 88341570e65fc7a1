using TaskQueue.Records.Runs;

namespace TaskQueue.Insert;

/// <summary>What an insert did, or in a dry run would have done.</summary>
/// <param name="Run">Its record, which a dry run does not write.</param>
/// <param name="Queue">Where the tasks went, for people.</param>
/// <param name="Selected">Rows that were neither finished nor left out by skip and limit.</param>
public sealed record InsertReport(RunRecord Run, string Queue, long Selected)
{
    /// <summary>Columns that no parameter asks for, as people should see them.</summary>
    public IReadOnlyList<string> UnusedColumns { get; init; } = [];

    /// <summary>Whether the table's columns decided for one of several tasks.</summary>
    public bool IsTaskFound { get; init; }

    /// <summary>Rows that this insert has queued; its run may have others of an earlier one.</summary>
    public long Queued { get; init; }

    /// <summary>Rows that were stored apart.</summary>
    public long Stored { get; init; }

    /// <summary>Where, and why, for people; null when none was.</summary>
    public string? StoredHow { get; init; }

    /// <summary>The ids of some rows that were running, and so do not run again.</summary>
    public IReadOnlyList<string> Running { get; init; } = [];

    /// <summary>The messages of the first selected rows, in a dry run.</summary>
    public IReadOnlyList<string> Sample { get; init; } = [];
}
