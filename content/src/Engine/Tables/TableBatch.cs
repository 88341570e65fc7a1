using System.Collections.Immutable;

namespace TaskQueue.Tables;

/// <summary>Some rows of every column: a record batch, or a part of a large one.</summary>
/// <param name="FirstRow">Row of the table that is row 0 here.</param>
/// <param name="Length">Number of rows.</param>
/// <param name="Columns">In the order of the table's columns.</param>
public sealed record TableBatch(long FirstRow, int Length, ImmutableArray<ColumnValues> Columns);
