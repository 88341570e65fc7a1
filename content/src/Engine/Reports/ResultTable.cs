using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using TaskQueue.Binding;
using TaskQueue.Tables;

namespace TaskQueue.Reports;

/// <summary>
/// Results as a table: the id, the parameters and results that the tasks declare, how the row ran, and what no column
/// holds.
/// </summary>
/// <remarks>
/// A row may have more than its task declares, when an earlier version of it or another program wrote the row, and
/// values that a column does not hold exactly. They stand in the last column, <c>other</c>, as JSON. A name that is
/// taken gets its origin in front: <c>result_area</c>.
/// </remarks>
internal sealed class ResultTable
{
    private const string Id = "id";
    private const string Parameters = "parameters";
    private const string Result = "result";
    private const int DecimalsOfSeconds = 3;

    private readonly List<ResultColumn> _columns = [];
    private readonly Dictionary<(string Part, string? Property), int> _places = [];
    private readonly HashSet<string> _plainTasks;
    private readonly bool _isIdParameter;

    /// <param name="tasks">Whose rows they are.</param>
    /// <param name="hasFailures">Whether columns say how a row ended.</param>
    /// <param name="isTyped">Whether parameters and results have types; they are texts otherwise.</param>
    public ResultTable(IReadOnlyList<TaskDefinition> tasks, bool hasFailures, bool isTyped)
    {
        _isIdParameter = tasks.All(task => task.Id?.Column == Id);
        _plainTasks = [.. tasks.Where(task => PropertiesOf(task).Count == 0).Select(task => task.Name)];
        ResultColumn[] last = [.. Last(hasFailures)];
        _columns.AddRange(First(tasks, hasFailures, isTyped));
        var taken = _columns.Concat(last).Select(column => column.Feather.Name).ToHashSet();
        Declare(Parameters, "parameter", tasks.SelectMany(task => task.Parameters)
            .Where(parameter => parameter.Column != Id || !_isIdParameter)
            .Select(parameter => ((string?)parameter.Column, parameter.Type)));
        Declare(Result, "task", tasks.Where(task => _plainTasks.Contains(task.Name)).Select(task => ((string?)null, task.ResultType)));
        Declare(Result, "result", tasks.SelectMany(PropertiesOf));
        _columns.AddRange(last);

        void Declare(string part, string origin, IEnumerable<(string? Property, Type Type)> properties)
        {
            foreach (var same in properties.GroupBy(property => property.Property, property => property.Type))
            {
                var name = Free(same.Key ?? Result, origin, taken);
                _places[(part, same.Key)] = _columns.Count;
                _columns.Add(new(ResultValue.ColumnOf(name, isTyped ? same : []), Own: null));
            }
        }
    }

    public IEnumerable<FeatherColumn> Columns => _columns.Select(column => column.Feather);

    /// <summary>A value for each column: a text, bool, long, double, date or moment, or null.</summary>
    public object?[] CellsOf(ResultRow row)
    {
        var cells = _columns.Select(column => column.Own?.Invoke(row)).ToArray();
        var other = new JsonObject();
        if (cells[0] is null)
            other[Id] = row.Id;
        foreach (var (part, property, value) in ValuesOf(row))
        {
            var isWhole = false;
            if (_places.TryGetValue((part, property), out var index))
                (cells[index], isWhole) = ResultValue.Read(value, _columns[index].Feather);
            if (!isWhole)
                Put(other, part, property, value);
        }

        cells[^1] = other.Count == 0 ? null : other.ToJsonString(ReportJson.Line.Options);
        return cells;
    }

    private IEnumerable<ResultColumn> First(IReadOnlyList<TaskDefinition> tasks, bool hasFailures, bool isTyped)
    {
        var id = ResultValue.ColumnOf(Id, isTyped && _isIdParameter ? tasks.Select(task => task.Id!.Type) : []);
        yield return id.Kind is ColumnKind.Integer
            ? new(id, row => ParseId(row.Id))
            : new(new(Id, ColumnKind.Text), row => row.Id);
        if (tasks.Count > 1)
            yield return new(new("task", ColumnKind.Text), row => row.Task);
        if (hasFailures)
            yield return new(new("state", ColumnKind.Text), row => row.State);
    }

    private static IEnumerable<ResultColumn> Last(bool hasFailures)
    {
        if (hasFailures)
            yield return new(new("error", ColumnKind.Text), row => row.Exception is null ? row.Message : $"{row.Exception}: {row.Message}");
        yield return new(new("attempt", ColumnKind.Integer), row => (long)row.Attempt);
        yield return new(new("seconds", ColumnKind.Float), row => Math.Round((row.Finished - row.Started).TotalSeconds, DecimalsOfSeconds));
        yield return new(new("finished", ColumnKind.Timestamp), row => row.Finished);
        yield return new(new("other", ColumnKind.Text), Own: null);
    }

    private static string Free(string name, string origin, HashSet<string> taken)
    {
        while (!taken.Add(name))
            name = $"{origin}_{name}";

        return name;
    }

    /// <summary>What the task's result has; nothing when it is a value of its own, or of no known type.</summary>
    private static List<(string? Property, Type Type)> PropertiesOf(TaskDefinition task) =>
        TaskJson.Options.GetTypeInfo(task.ResultType) is { Kind: JsonTypeInfoKind.Object } info
            ? [.. info.Properties
                .Where(property => property is { Get: not null, IsExtensionData: false })
                .Select(property => ((string?)property.Name, property.PropertyType))]
            : [];

    /// <summary>The number that an id is, when it is written as .NET writes numbers.</summary>
    private static long? ParseId(string id) =>
        long.TryParse(id, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            && number.ToString(CultureInfo.InvariantCulture) == id
            ? number
            : null;

    private IEnumerable<(string Part, string? Property, JsonElement Value)> ValuesOf(ResultRow row) =>
        ValuesOf(Parameters, row.Parameters, isPlain: false)
            .Where(value => !_isIdParameter || value.Property != Id || ResultValue.Text(value.Value) != row.Id)
            .Concat(ValuesOf(Result, row.Result ?? default, _plainTasks.Contains(row.Task)));

    private static IEnumerable<(string Part, string? Property, JsonElement Value)> ValuesOf(string part, JsonElement value, bool isPlain)
    {
        var values = value.ValueKind == JsonValueKind.Object && !isPlain
            ? value.EnumerateObject().Select(property => (part, (string?)property.Name, property.Value))
            : [(part, null, value)];
        return values.Where(value => value.Value.ValueKind is not (JsonValueKind.Null or JsonValueKind.Undefined));
    }

    private static void Put(JsonObject other, string part, string? property, JsonElement value)
    {
        var node = JsonSerializer.SerializeToNode(value, ReportJson.Line.JsonElement);
        if (property is null)
            other[part] = node;
        else
            (other[part] ??= new JsonObject())[property] = node;
    }
}

/// <param name="Feather">Its name and type.</param>
/// <param name="Own">Its value of a row; null for a parameter or a part of the result.</param>
internal sealed record ResultColumn(FeatherColumn Feather, Func<ResultRow, object?>? Own);
