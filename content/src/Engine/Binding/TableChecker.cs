using System.Text;
using System.Text.Json;
using TaskQueue.Collections;
using TaskQueue.Contracts;
using TaskQueue.Tables;

namespace TaskQueue.Binding;

/// <summary>Told about each row that can be queued.</summary>
/// <param name="batch">The batch that holds the row.</param>
/// <param name="index">The row within the batch.</param>
/// <param name="id">The row's id in UTF-8, valid during the call.</param>
public delegate void RowVisitor(TableBatch batch, int index, ReadOnlySpan<byte> id);

/// <summary>Checks every row of a table before anything is queued: nulls, ranges, types, and ids.</summary>
public sealed class TableChecker : IDisposable
{
    private readonly TableBinding _binding;
    private readonly RowIds _ids;
    private readonly FingerprintSet? _known;
    private readonly FingerprintSet _seen = new();
    private readonly Problems _problems;
    private readonly bool _needsReading;
    private readonly JsonBuffer _row = new();

    private TableChecker(TableBinding binding, FingerprintSet? known)
    {
        _binding = binding;
        _known = known;
        _ids = new RowIds(binding);
        _problems = new Problems(binding);
        _needsReading = binding.Bound.Any(bound => bound.NeedsReading);
    }

    /// <summary>Reads the whole table once.</summary>
    /// <param name="binding">Which column fills what.</param>
    /// <param name="known">Ids of many rows, none of them marked: those that are met are marked, so that none is kept twice.</param>
    /// <param name="visit">Told about every sound row, in order.</param>
    /// <param name="checkedRows">Told how many rows were checked, once a batch.</param>
    /// <param name="cancellationToken">Stops between two batches.</param>
    /// <exception cref="TaskQueueException">Some rows cannot be tasks; names the column and the first ten rows (exit code 65).</exception>
    internal static void Check(
        TableBinding binding, FingerprintSet? known, RowVisitor visit, Action<long> checkedRows, CancellationToken cancellationToken)
    {
        using var checker = new TableChecker(binding, known);
        foreach (var batch in binding.Table.ReadBatches())
        {
            cancellationToken.ThrowIfCancellationRequested();
            checker.CheckColumns(batch);
            checker.CheckRows(batch, visit);
            checkedRows(batch.FirstRow + batch.Length);
        }
        checker._problems.ThrowIfAny();
    }

    public void Dispose()
    {
        _row.Dispose();
        _ids.Dispose();
    }

    private void CheckColumns(TableBatch batch)
    {
        foreach (var bound in _binding.Bound)
        {
            if (bound.Source is null)
                continue;
            var values = batch.Columns[bound.Column];
            if (!bound.Parameter.IsOptional)
                CheckNulls(bound, values, batch);
            if (bound.Source.Kind == ColumnKind.Integer && ColumnRules.WholeNumbersOf(bound.Parameter.ValueType) is { } allowed)
                CheckWholeNumbers(bound, values, batch, allowed);
        }
    }

    private void CheckNulls(BoundParameter bound, ColumnValues values, TableBatch batch)
    {
        for (var row = 0; row < batch.Length; row++)
            if (values.IsNull(row))
                _problems.Null(bound, batch.FirstRow + row);
    }

    private void CheckWholeNumbers(BoundParameter bound, ColumnValues values, TableBatch batch, WholeNumbers allowed)
    {
        for (var row = 0; row < batch.Length; row++)
        {
            if (values.IsNull(row))
                continue;
            var isInt64 = values.TryGetInt64(row, out var value);
            if (!isInt64 || !allowed.Contains(value))
                _problems.NotHeld(bound, batch.FirstRow + row, allowed, isInt64);
        }
    }

    private void CheckRows(TableBatch batch, RowVisitor visit)
    {
        for (var row = 0; row < batch.Length; row++)
        {
            if (_needsReading && !_problems.Any)
                CheckByReading(batch, row);
            if (_ids.IsNull(batch, row))
            {
                _problems.NullId(_ids.Column!, batch.FirstRow + row);
                continue;
            }
            var id = _ids.Get(batch, row);
            if (IdRule.Problem(id) is { } problem)
                _problems.BadId(_ids.Column, problem, batch.FirstRow + row);
            else if (!IsFirst(id))
                _problems.Duplicate(_ids.Column, Encoding.UTF8.GetString(id), batch.FirstRow + row);
            else
                visit(batch, row, id);
        }
    }

    private bool IsFirst(ReadOnlySpan<byte> id)
    {
        var fingerprint = FingerprintSet.Fingerprint(id);
        return _known?.TryMark(fingerprint) ?? _seen.Add(fingerprint);
    }

    private void CheckByReading(TableBatch batch, int row)
    {
        try
        {
            _binding.Task.Bind(_row.WriteParameters(_binding, batch, row));
        }
        catch (JsonException e)
        {
            _problems.Unreadable(e, batch.FirstRow + row);
        }
    }
}
