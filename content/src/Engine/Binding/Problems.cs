using System.Text.Json;
using TaskQueue.Contracts;

namespace TaskQueue.Binding;

/// <summary>What is wrong with the rows of a table; reported as one error about the first kind of problem that was met.</summary>
internal sealed class Problems(TableBinding binding)
{
    private readonly OrderedDictionary<string, (RowProblems Rows, string Next)> _byKind = [];

    public bool Any => _byKind.Count > 0;

    public void Null(BoundParameter bound, long row) => Add(
        $"{ColumnOf(bound)} holds null, but {ParameterOf(bound)} allows none", row,
        $"Fill the column, make the property {TypeNames.Of(bound.Parameter.Type)}?, or give it a default.");

    /// <param name="bound">Has a column of whole numbers.</param>
    /// <param name="row">Row of the table.</param>
    /// <param name="allowed">What the property holds exactly.</param>
    /// <param name="isInt64">Whether long would hold it.</param>
    public void NotHeld(BoundParameter bound, long row, WholeNumbers allowed, bool isInt64) => Add(
        $"{ColumnOf(bound)} holds numbers that {ParameterOf(bound)} cannot hold exactly", row,
        $"Allowed: {allowed.Description}. Change the values, or make the property "
        + (isInt64 ? "long." : "ulong or decimal, or write the column as text and make it string."));

    public void Unreadable(JsonException error, long row)
    {
        var reason = TaskJson.ReasonOf(error);
        if (binding.Bound.FirstOrDefault(bound => bound.Source is not null && IsAt(error.Path, bound.Parameter.Column)) is { } bound)
            Add(
                $"{ColumnOf(bound)} holds a value that does not fit {ParameterOf(bound)}", row,
                $"{reason} Allowed column types: {ColumnRules.Describe(ColumnRules.Allowed(bound.Parameter.ValueType))}. Correct the value, or change the property's type.");
        else
            Add($"The parameters of task {binding.Task.Name} refuse a value", row, $"{reason} Correct the value.");
    }

    public void NullId(string column, long row) => Add(
        $"Column {Printable.Quote(column)} identifies the rows, but is null", row, "Give every row an id of its own.");

    public void BadId(string? column, string problem, long row) => Add(
        $"The id of a row {problem}{(column is null ? "" : $" (column {Printable.Quote(column)})")}", row, "Give every row an id of visible characters.");

    public void Duplicate(string? column, string id, long row) => Add(
        column is null ? "Two rows have the same parameters" : $"Column {Printable.Quote(column)} identifies the rows, but repeats an earlier id",
        row, "Remove the repeated rows, or mark another property with [TaskId].", column is null ? null : id);

    public void ThrowIfAny()
    {
        if (!Any)
            return;

        var (kind, (rows, next)) = _byKind.GetAt(0);
        var others = _byKind.Count == 1 ? "" : $" There are {_byKind.Count - 1} further kinds of problem.";
        throw new TaskQueueException(
            ExitCode.BadInput, $"{kind}: {rows}.", $"In table {binding.Table.Location} (rows count from 0)", next + others);
    }

    private void Add(string kind, long row, string next, string? value = null)
    {
        if (!_byKind.TryGetValue(kind, out var problem))
            _byKind[kind] = problem = (new RowProblems(), next);
        problem.Rows.Add(row, value);
    }

    private static string ColumnOf(BoundParameter bound) => $"Column {Printable.Quote(bound.Source!.Name)} ({bound.Source.Type})";

    private static string ParameterOf(BoundParameter bound) => $"parameter {bound.Parameter.Name} ({TypeNames.Of(bound.Parameter.Type)})";

    /// <summary>Whether a JSON path is that of a property of the parameters, or leads into it.</summary>
    private static bool IsAt(string? path, string property) =>
        path is not null && new[] { $"$.{property}", $"$['{property}']" }.Any(start =>
            path.StartsWith(start, StringComparison.Ordinal) && (path.Length == start.Length || path[start.Length] is '.' or '['));
}
