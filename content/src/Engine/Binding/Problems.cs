using System.Text.Json;
using TaskQueue.Contracts;

namespace TaskQueue.Binding;

/// <summary>What is wrong with the rows of a table; reported as one error about the first kind of problem that was met.</summary>
internal sealed class Problems(TableBinding binding)
{
    private readonly Dictionary<string, (RowProblems Rows, string Next)> _byKind = [];
    private readonly List<string> _kinds = [];

    public bool Any => _kinds.Count > 0;

    public void Null(BoundParameter bound, long row) => Add(
        $"Column '{bound.Source!.Name}' ({bound.Source.Type}) holds null, but parameter {bound.Parameter.Name} ({TypeNames.Of(bound.Parameter.Type)}) allows none",
        row, $"Fill the column, make the property {TypeNames.Of(bound.Parameter.Type)}?, or give it a default.");

    public void OutOfRange(BoundParameter bound, long row, (long Min, long Max) range) => Add(
        $"Column '{bound.Source!.Name}' ({bound.Source.Type}) holds numbers that parameter {bound.Parameter.Name} ({TypeNames.Of(bound.Parameter.Type)}) cannot hold exactly",
        row, $"Allowed: {range.Min} to {range.Max}. Change the values, or make the property long.");

    public void Unreadable(Exception error, long row)
    {
        var bound = error is JsonException { Path: { Length: > 2 } path }
            ? binding.Bound.FirstOrDefault(bound => path.StartsWith("$." + bound.Parameter.Column, StringComparison.Ordinal))
            : null;
        Add(
            bound?.Source is { } column
                ? $"Column '{column.Name}' ({column.Type}) holds a value that does not fit parameter {bound.Parameter.Name} ({TypeNames.Of(bound.Parameter.Type)})"
                : $"The parameters of task {binding.Task.Name} refuse a value ({error.Message.Split('\n')[0].TrimEnd('.')})",
            row,
            bound is null
                ? "Correct the value."
                : $"Allowed column types: {ColumnRules.Describe(ColumnRules.Allowed(bound.Parameter.ValueType))}. Correct the value, or change the property's type.");
    }

    public void NullId(string column, long row) => Add(
        $"Column '{column}' identifies the rows, but is null", row, "Give every row an id of its own.");

    public void BadId(string? column, string problem, long row) => Add(
        $"The id of a row {problem}{(column is null ? "" : $" (column '{column}')")}", row, "Give every row an id of visible characters.");

    public void Duplicate(string? column, string id, long row) => Add(
        column is null ? "Two rows have the same parameters" : $"Column '{column}' identifies the rows, but repeats an earlier id",
        row, "Remove the repeated rows, or mark another property with [TaskId].", column is null ? null : id);

    public void ThrowIfAny()
    {
        if (!Any)
            return;

        var (rows, next) = _byKind[_kinds[0]];
        var others = _kinds.Count == 1 ? "" : $" There are {_kinds.Count - 1} further kinds of problem.";
        throw new TaskQueueException(
            ExitCode.BadInput, $"{_kinds[0]}: {rows}.", $"In table {binding.Table.Location} (rows count from 0)", next + others);
    }

    private void Add(string kind, long row, string next, string? value = null)
    {
        if (!_byKind.TryGetValue(kind, out var problem))
        {
            _byKind[kind] = problem = (new RowProblems(), next);
            _kinds.Add(kind);
        }
        problem.Rows.Add(row, value);
    }
}
