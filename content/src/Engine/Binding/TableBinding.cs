using System.Text.Json;
using TaskQueue.Contracts;
using TaskQueue.Tables;

namespace TaskQueue.Binding;

/// <summary>How the columns of one table, and constants, fill the parameters of one task.</summary>
public sealed class TableBinding
{
    private const int ListedColumns = 30;

    private readonly List<BoundParameter> _bound = [];

    private TableBinding(TaskDefinition task, ITable table)
    {
        Task = task;
        Table = table;
    }

    public TaskDefinition Task { get; }

    public ITable Table { get; }

    /// <summary>Columns that no parameter asks for, quoted, each with the parameter that was probably meant.</summary>
    public required IReadOnlyList<string> UnusedColumns { get; init; }

    internal IReadOnlyList<BoundParameter> Bound => _bound;

    /// <summary>Decides which column fills which parameter.</summary>
    /// <param name="task">Whose parameters are filled.</param>
    /// <param name="table">Its columns are matched by name; case and underscores do not matter.</param>
    /// <param name="constants">Values for all rows by column name; they win over a column.</param>
    /// <exception cref="TaskQueueException">A column is missing or of a wrong type (65), or a constant does not fit (64).</exception>
    public static TableBinding Create(TaskDefinition task, ITable table, IReadOnlyDictionary<string, string> constants)
    {
        var matches = task.Parameters.ToDictionary(parameter => parameter, parameter => ColumnMatch.Find(parameter, table));
        RefuseUnknownConstants(task, constants);
        RefuseMissing(task, table, matches, constants);

        var free = matches.Where(match => match.Value < 0 && !constants.ContainsKey(match.Key.Column)).Select(match => match.Key.Column).ToList();
        var binding = new TableBinding(task, table)
        {
            UnusedColumns = [.. UnusedOf(table, matches).Select(column => DescribeUnused(column, free))],
        };
        foreach (var (parameter, index) in matches)
            binding._bound.Add(Bind(task, table, parameter, index, constants));
        return binding;
    }

    /// <summary>Writes a row's parameters as a JSON object.</summary>
    public void WriteParameters(Utf8JsonWriter writer, TableBatch batch, int row)
    {
        writer.WriteStartObject();
        foreach (var parameter in _bound)
            parameter.Write(writer, batch, row);
        writer.WriteEndObject();
    }

    /// <summary>A bound of the length of a row's parameters as JSON that costs little to find.</summary>
    internal long ParameterBytesAtMost(TableBatch batch, int row)
    {
        var sum = 2L;
        foreach (var parameter in _bound)
            sum += parameter.JsonBytesAtMost(batch, row);
        return sum;
    }

    private static BoundParameter Bind(
        TaskDefinition task, ITable table, Parameter parameter, int index, IReadOnlyDictionary<string, string> constants)
    {
        if (constants.TryGetValue(parameter.Column, out var text))
            return new BoundParameter(parameter, -1, null, Constant.Parse(parameter, text));
        if (index < 0)
            return new BoundParameter(parameter, -1, null, null);

        var column = table.Columns[index];
        var allowed = ColumnRules.Allowed(parameter.ValueType);
        var fits = allowed.Contains(column.Kind) || (column.Kind == ColumnKind.Null && parameter.IsOptional);
        return fits || parameter.HasConverter
            ? new BoundParameter(parameter, index, column, null)
            : throw new TaskQueueException(
                ExitCode.BadInput,
                $"Column {Printable.Quote(column.Name)} is {column.Type}; parameter {parameter.Name} of task {task.Name} is {TypeNames.Of(parameter.Type)}.",
                $"In table {table.Location}",
                $"Allowed column types: {ColumnRules.Describe(allowed)}. Convert the column, or change the property's type.");
    }

    private static void RefuseUnknownConstants(TaskDefinition task, IReadOnlyDictionary<string, string> constants)
    {
        var unknown = constants.Keys.Where(name => task.Parameters.All(parameter => parameter.Column != name)).ToList();
        if (unknown.Count > 0)
            throw new TaskQueueException(
                ExitCode.Usage, $"Task {task.Name} has no parameter {Printable.Quote(unknown[0])} to set.",
                next: $"Its parameters: {string.Join(", ", task.Parameters.Select(parameter => parameter.Column))}");
    }

    private static void RefuseMissing(
        TaskDefinition task, ITable table, Dictionary<Parameter, int> matches, IReadOnlyDictionary<string, string> constants)
    {
        var missing = matches.Keys
            .Where(parameter => matches[parameter] < 0 && !parameter.IsOptional && !constants.ContainsKey(parameter.Column))
            .ToList();
        if (missing.Count == 0)
            return;

        var named = missing.Select(parameter => $"'{parameter.Column}' ({TypeNames.Of(parameter.Type)})");
        throw new TaskQueueException(
            ExitCode.BadInput,
            $"The table lacks {(missing.Count == 1 ? "a column" : $"{missing.Count} columns")} of task {task.Name}: {string.Join(", ", named)}.",
            $"In table {table.Location}, whose columns are: {ListOf(table.Columns)}",
            HowToFill(missing, [.. UnusedOf(table, matches)]));
    }

    private static string HowToFill(List<Parameter> missing, IReadOnlyList<string> unused)
    {
        var renamings = missing
            .Select(parameter => (parameter.Column, Meant: ColumnMatch.Nearest(parameter.Column, unused)))
            .Where(pair => pair.Meant is not null)
            .Select(pair => $"{Printable.Quote(pair.Meant!)} to {pair.Column}")
            .ToList();
        return renamings.Count > 0
            ? $"Rename the column {string.Join(", ", renamings)}; or give a value for all rows with --set name=value, or the property a default."
            : "Add the column, give a value for all rows with --set name=value, or give the property a default.";
    }

    private static IEnumerable<string> UnusedOf(ITable table, Dictionary<Parameter, int> matches) =>
        table.Columns.Where((_, index) => !matches.ContainsValue(index)).Select(column => column.Name);

    private static string DescribeUnused(string column, IEnumerable<string> parameters) =>
        ColumnMatch.Nearest(column, parameters) is { } meant
            ? $"{Printable.Quote(column)} (did you mean {meant}?)"
            : Printable.Quote(column);

    private static string ListOf(IReadOnlyList<TableColumn> columns)
    {
        var named = string.Join(", ", columns.Take(ListedColumns).Select(column => Printable.Quote(column.Name)));
        return columns.Count <= ListedColumns ? named : $"{named} and {columns.Count - ListedColumns} more";
    }
}
