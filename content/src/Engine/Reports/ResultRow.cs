using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;
using TaskQueue.Records;

namespace TaskQueue.Reports;

/// <summary>What became of a row: its record, and in a word how it ended.</summary>
internal sealed record ResultRow : RowRecord
{
    [SetsRequiredMembers]
    private ResultRow(RowRecord record, string state) : base(record) => State = state;

    /// <summary>done, failed, or retrying when a failed attempt will be followed by another.</summary>
    [JsonPropertyOrder(-2)]
    public string State { get; }

    /// <summary>What the task returned; undefined when it failed.</summary>
    public JsonElement? Result { get; private init; }

    public string? Exception { get; private init; }

    public string? Message { get; private init; }

    public string? Details { get; private init; }

    public static ResultRow Of(DoneRecord record) => new(record, "done") { Result = record.Result };

    public static ResultRow Of(FailedRecord record) => new(record, record.Parked ? "failed" : "retrying")
    {
        Exception = record.Exception,
        Message = record.Message,
        Details = record.Details,
    };
}
