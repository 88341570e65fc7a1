using TaskQueue.Contracts;

namespace TaskQueue.Binding;

/// <summary>Rows with one and the same problem: how many, and the first ten.</summary>
internal sealed class RowProblems
{
    private const int Listed = 10;

    private readonly List<string> _first = [];

    public long Count { get; private set; }

    /// <param name="row">Row of the table, from 0.</param>
    /// <param name="value">The bad value, if it is worth showing.</param>
    public void Add(long row, string? value = null)
    {
        Count++;
        if (_first.Count < Listed)
            _first.Add(value is null ? $"{row}" : $"{row} ({Printable.Quote(value)})");
    }

    /// <summary>For example: row 7; rows 7, 9; rows 7, 9, ... (2,345 rows).</summary>
    public override string ToString() =>
        $"{(Count == 1 ? "row" : "rows")} {string.Join(", ", _first)}{(Count > _first.Count ? FormattableString.Invariant($", ... ({Count:N0} rows)") : "")}";
}
