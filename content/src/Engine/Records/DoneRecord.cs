using System.Text.Json;
using System.Text.Json.Serialization;
using TaskQueue.Contracts;

namespace TaskQueue.Records;

/// <summary>Proof that a row is done, and its result: a line of a journal. Never changed; of several the first counts.</summary>
public sealed record DoneRecord : RowRecord
{
    /// <summary>The start of its run, when that runs rows though they are done: the newest such result counts.</summary>
    [JsonPropertyOrder(-2)]
    public DateTimeOffset? Again { get; init; }

    /// <summary>What RunTask returned.</summary>
    public required JsonElement Result { get; init; }

    /// <summary>Where the result is, when it is long; the record's own is null then.</summary>
    public StoredJson? StoredResult { get; init; }

    /// <summary>CPU time that the worker used while the task ran, its other tasks included; null where it was not measured.</summary>
    public double? CpuSeconds { get; init; }

    /// <summary>What the task wrote, when that is short; a longer log is a file.</summary>
    public string? Log { get; init; }
}
