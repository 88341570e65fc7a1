using System.Text.Json;

namespace TaskQueue.Records;

/// <summary>Proof that a row is done, and its result: a line of a journal. Never changed; of several the first counts.</summary>
public sealed record DoneRecord : RowRecord
{
    /// <summary>What RunTask returned.</summary>
    public required JsonElement Result { get; init; }

    /// <summary>What the task wrote, when that is short; a longer log is a file.</summary>
    public string? Log { get; init; }
}
