using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Text;
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

    /// <summary>Reads the records of rows, one by one: what is done in the order of the table, then what failed and is not done.</summary>
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
                var done = await records.ReadDoneIdsAsync(task, cancellationToken);
                await foreach (var record in records.ReadFailedAsync(task, cancellationToken))
                    if (!done.Contains(Encoding.UTF8.GetBytes(record.Id)))
                        yield return Of(record);
            }
        }
    }

    /// <summary>Reads what is on record of one row of each task.</summary>
    /// <inheritdoc cref="ReadAsync"/>
    public static async IAsyncEnumerable<ResultRow> FindAsync(
        RecordStore records, string id, IEnumerable<string> tasks, bool withDone, bool withFailed,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var task in tasks)
        {
            var done = await records.FindDoneAsync(task, id, cancellationToken);
            if (withDone && done is not null)
                yield return Of(done);
            if (withFailed && done is null && await records.FindFailedAsync(task, id, cancellationToken) is { } failed)
                yield return Of(failed);
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
