using System.Runtime.CompilerServices;
using System.Text.Json;
using TaskQueue.Contracts;
using TaskQueue.Records;

namespace TaskQueue.Reports.Results;

/// <summary>Gives rows the parameters and results that are stored apart. Of those that cannot be read the reference stays.</summary>
/// <param name="values">Where they are.</param>
internal sealed class ResultValues(StoredValues values)
{
    private const int ReadsAtOnce = 16;
    private const long MostBytesAhead = 32 << 20;
    private const int NamedAtMost = 5;

    private readonly List<string> _firstFaults = [];
    private readonly Lock _turn = new();
    private long _faults;

    /// <summary>Reads some values ahead; the rows stay in order.</summary>
    public async IAsyncEnumerable<ResultRow> FollowAsync(
        IAsyncEnumerable<ResultRow> rows, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var (ahead, bytes) = (new Queue<(Task<ResultRow> Row, long Bytes)>(), 0L);
        await foreach (var row in rows.WithCancellation(cancellationToken))
        {
            var length = (row.Payload?.Length ?? 0) + (row.StoredResult?.Length ?? 0);
            while (ahead.Count > 0 && (ahead.Count == ReadsAtOnce || bytes + length > MostBytesAhead || ahead.Peek().Row.IsCompleted))
                yield return await NextAsync();
            bytes += length;
            ahead.Enqueue((row is { Payload: null, StoredResult: null } ? Task.FromResult(row) : FollowAsync(row, cancellationToken), length));
        }
        while (ahead.Count > 0)
            yield return await NextAsync();

        Task<ResultRow> NextAsync()
        {
            var (next, length) = ahead.Dequeue();
            bytes -= length;
            return next;
        }
    }

    /// <summary>Names the rows whose values cannot be read.</summary>
    /// <returns>Part done when there are such.</returns>
    public ExitCode Report(TextWriter story)
    {
        if (_faults == 0)
            return ExitCode.Done;
        story.WriteLine($"{Counted.Of(_faults, "value")} of rows cannot be read; the rest is whole:");
        foreach (var fault in _firstFaults)
            story.WriteLine($"  {fault}");
        if (_faults > _firstFaults.Count)
            story.WriteLine($"  and {Counted.Number(_faults - _firstFaults.Count)} more");
        return ExitCode.PartDone;
    }

    private async Task<ResultRow> FollowAsync(ResultRow row, CancellationToken cancellationToken)
    {
        if (row.Payload is { } payload)
            row = await TryReadAsync(row, "parameters", payload, StoredValues.Payloads, row.WithParameters, cancellationToken);
        if (row.StoredResult is { } result)
            row = await TryReadAsync(row, "result", result, StoredValues.Results, row.WithResult, cancellationToken);
        return row;
    }

    private async Task<ResultRow> TryReadAsync(
        ResultRow row, string what, StoredJson value, string kind, Func<JsonElement, ResultRow> with, CancellationToken cancellationToken)
    {
        try
        {
            return with(await values.ReadAsync(value, kind, cancellationToken));
        }
        catch (TaskQueueException e) when (e.ExitCode == ExitCode.BadInput)
        {
            var fault = $"{what}: {TaskQueueException.Summarize(e)}";
            lock (_turn)
            {
                _faults++;
                if (_firstFaults.Count < NamedAtMost)
                    _firstFaults.Add($"{Printable.Short(row.Id)}, {fault}");
            }
            return row.WithFault(fault);
        }
    }
}
