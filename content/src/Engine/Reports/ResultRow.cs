using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
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

    /// <summary>Reads the records of rows, one by one, in no particular order.</summary>
    public static async IAsyncEnumerable<ResultRow> ReadAsync(
        RecordStore records, IEnumerable<string> tasks, bool withDone, bool withFailed,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var task in tasks)
        {
            if (withDone)
            {
                await foreach (var record in records.ReadDoneAsync(task, cancellationToken))
                    yield return Of(record);
            }

            if (withFailed)
            {
                await foreach (var record in records.ReadFailedAsync(task, cancellationToken))
                    yield return Of(record);
            }
        }
    }

    public static ResultRow Of(DoneRecord record) => new(record, "done") { Result = record.Result };

    private static ResultRow Of(FailedRecord record) => new(record, record.Parked ? "failed" : "retrying")
    {
        Exception = record.Exception,
        Message = record.Message,
        Details = record.Details,
    };
}
