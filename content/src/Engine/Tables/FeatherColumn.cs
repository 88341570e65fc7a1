namespace TaskQueue.Tables;

/// <summary>A column that <see cref="FeatherWriter"/> writes.</summary>
/// <param name="Name">Different from that of every other column.</param>
/// <param name="Kind">
/// Integer (int64), Float (float64), Boolean, Text (utf8), Date (date32) or Timestamp (microseconds).
/// </param>
/// <param name="HasZone">Whether timestamps are moments in UTC; otherwise they are what some clock showed.</param>
public sealed record FeatherColumn(string Name, ColumnKind Kind, bool HasZone = true);
