namespace TaskQueue.Tables;

/// <summary>A record batch: some rows of every column.</summary>
/// <param name="FirstRow">Row of the table that is row 0 here.</param>
/// <param name="Length">Number of rows.</param>
/// <param name="Columns">In the order of the table's columns.</param>
public sealed record TableBatch(long FirstRow, int Length, IReadOnlyList<ColumnValues> Columns);
