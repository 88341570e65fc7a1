using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using TaskQueue.Contracts;
using TaskQueue.Records;

namespace TaskQueue.Reports.Results;

/// <summary>What became of a row: its record, and in a word how it ended.</summary>
internal sealed record ResultRow : RowRecord
{
    public const string Done = "done";
    public const string Missing = "missing";

    [SetsRequiredMembers]
    private ResultRow(RowRecord record, string state) : base(record) => State = state;

    /// <summary>done, failed, retrying when a failed attempt will be followed by another, or missing.</summary>
    [JsonPropertyOrder(-4)]
    public string State { get; }

    /// <summary>Whether the row of the table has no record: it never ran, or is running for the first time.</summary>
    [JsonIgnore]
    public bool IsMissing => State == Missing;

    /// <summary>What the task returned; undefined when it failed.</summary>
    public JsonElement? Result { get; init; }

    /// <summary>Where the result is, when it is long, and was not read.</summary>
    public StoredJson? StoredResult { get; private init; }

    public string? Exception { get; private init; }

    public string? Message { get; private init; }

    public string? Details { get; private init; }

    /// <summary>What the task wrote; a long one only where it was asked for.</summary>
    [JsonIgnore]
    public string? Log { get; init; }

    /// <summary>Reads the records of rows, one by one: what is done in the order of the table, then what failed and is not done.</summary>
    public static async IAsyncEnumerable<ResultRow> ReadAsync(
        RecordStore records, IEnumerable<string> tasks, string? run, bool withDone, bool withFailed,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var task in tasks)
        {
            if (withDone)
            {
                await foreach (var record in records.ReadDoneAsync(task, run, cancellationToken))
                    yield return Of(record);
            }

            if (withFailed)
            {
                var done = await records.ReadDoneIdsAsync(task, cancellationToken);
                var failed = run is null ? records.Failed.ReadAsync(task, cancellationToken) : records.Failed.ReadAsync(task, run, _ => true, cancellationToken);
                await foreach (var record in failed)
                    if (!done.Contains(Encoding.UTF8.GetBytes(record.Id)))
                        yield return Of(record);
            }
        }
    }

    /// <summary>Reads what is on record of one row of each task.</summary>
    /// <inheritdoc cref="ReadAsync"/>
    public static async IAsyncEnumerable<ResultRow> FindAsync(
        RecordStore records, string id, IEnumerable<string> tasks, string? run, bool withDone, bool withFailed,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var task in tasks)
        {
            var done = await records.FindDoneAsync(task, id, run, cancellationToken);
            if (withDone && done is not null)
                yield return Of(done);
            if (!withFailed || done is not null)
                continue;
            var failed = run is null ? await records.Failed.FindLastAsync(task, id, cancellationToken) : await records.Failed.FindAsync(task, run, id, cancellationToken);
            if (failed is not null)
                yield return Of(failed);
        }
    }

    public static ResultRow Of(DoneRecord record) => new(record, Done) { Result = record.Result, StoredResult = record.StoredResult, Log = record.Log };

    /// <summary>The row with its parameters, which were stored apart.</summary>
    public ResultRow WithParameters(JsonElement parameters) => this with { Parameters = parameters, Payload = null };

    /// <summary>The row with its result, which was stored apart.</summary>
    public ResultRow WithResult(JsonElement result) => this with { Result = result, StoredResult = null };

    /// <summary>The row with what is wrong with it, for one that has no message of its own.</summary>
    public ResultRow WithFault(string fault) => this with { Message = Message ?? fault };

    /// <summary>A row of the table that has no record.</summary>
    public static ResultRow OfTable(string task, string id, long row, JsonElement parameters) => new(
        new DoneRecord
        {
            Id = id,
            Row = row,
            Task = task,
            Parameters = parameters,
            Result = default,
            Started = default,
            Finished = default,
            Attempt = 0,
            Worker = "",
            Build = "",
            PeakMemoryBytes = 0,
        },
        Missing);

    public static ResultRow Of(FailedRecord record) => new(record, record.Parked ? "failed" : "retrying")
    {
        Exception = record.Exception,
        Message = record.Message,
        Details = record.Details,
    };
}
