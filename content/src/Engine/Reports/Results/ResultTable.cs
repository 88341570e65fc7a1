using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using TaskQueue.Binding;
using TaskQueue.Tables;

namespace TaskQueue.Reports.Results;

/// <summary>
/// Results as a table: the id, by its parameter's name where it is one; the parameters and results that the tasks declare;
/// how the row ran; and what no column holds. Or those of its columns that were asked for.
/// </summary>
/// <remarks>
/// A row may have more than its task declares, when an earlier version of it or another program wrote the row, and
/// values that a column does not hold exactly. They stand in the column <c>other</c>, as JSON. A name that is taken gets
/// its origin in front: <c>result_area</c>. A record inside a result has columns of its own: <c>outer.inner</c>.
/// </remarks>
internal sealed class ResultTable
{
    private const string Parameters = "parameters";
    private const string Result = "result";

    private readonly List<ResultColumn> _columns = [];
    private readonly ResultForm _form;
    private readonly ResultNode _parameters = new() { IsRecord = true };
    private readonly ResultNode _results = new() { IsRecord = true };
    private readonly ResultNode _plainResult = new();
    private readonly HashSet<string> _plainTasks;
    private readonly string _id;
    private readonly bool _isIdParameter;
    private readonly int[] _chosen;
    private readonly int _other;

    /// <param name="layout">The columns.</param>
    /// <param name="form">Whether parameters and results have types; otherwise they are texts, or as they stand.</param>
    public ResultTable(ResultLayout layout, ResultForm form)
    {
        var tasks = layout.Tasks;
        _form = form;
        // The parameter that is the id is not told twice.
        _isIdParameter = tasks.Select(task => task.Id?.Column).Distinct().ToList() is [not null];
        _id = _isIdParameter ? tasks[0].Id!.Column : "id";
        var shapes = tasks.ToDictionary(task => task.Name, task => layout.ResultsOnly ?? ResultShape.Of(task.ResultType));
        _plainTasks = [.. shapes.Where(shape => shape.Value.Properties.Count == 0).Select(shape => shape.Key)];
        var all = ResultColumn.All(layout.UrlOf).ToDictionary(column => column.Feather.Name);
        ResultColumn[] last = [.. Last(layout).Select(name => all[name]), new(new("other", ColumnKind.Text), Own: null)];
        _columns.AddRange([FirstOf(tasks), .. First(layout).Select(name => all[name])]);
        var taken = _columns.Concat(last).Select(column => column.Feather.Name).ToHashSet();
        Declare("parameter", tasks.Where(_ => layout.ResultsOnly is null).SelectMany(task => task.Parameters)
            .Where(parameter => parameter.Column != _id || !_isIdParameter)
            .SelectMany(parameter => _parameters.Declare(parameter.Column, parameter.Type, isWhole: true)));
        Declare("task", _plainTasks.Select(task => (Result, PlainOf(shapes[task].Value))));
        Declare("result", shapes.Values.SelectMany(shape => shape.Properties).SelectMany(
            property => _results.Declare(property.Name, property.Type, property.IsWhole)));
        _columns.AddRange(last);
        _other = _columns.Count - 1;
        _columns.AddRange(all.Values.Where(column => !taken.Contains(column.Feather.Name)));
        _chosen = ResultChoice.Find([.. _columns.Select(column => column.Feather.Name)], layout.Chosen) ?? [.. Enumerable.Range(0, _other + 1)];

        void Declare(string origin, IEnumerable<(string Path, ResultNode Value)> values)
        {
            foreach (var same in values.ToList().DistinctBy(value => value.Value))
            {
                var name = Free(same.Path, origin, taken);
                same.Value.Column = _columns.Count;
                var types = form == ResultForm.Typed ? same.Value.Types : [];
                _columns.Add(new(ResultValue.ColumnOf(name, types), Own: null) { IsParameter = origin == "parameter", Source = same.Path });
            }
        }
    }

    /// <summary>The columns in their order.</summary>
    public IEnumerable<ResultColumn> Chosen => _chosen.Select(index => _columns[index]);

    public IEnumerable<FeatherColumn> Columns => Chosen.Select(column => column.Feather);

    /// <summary>A value for each column: a text, bool, long, double, date or moment, or null; JSON where the form wants it.</summary>
    public object?[] CellsOf(ResultRow row)
    {
        var cells = new object?[_columns.Count];
        foreach (var index in _chosen)
            cells[index] = InForm(_columns[index].Own?.Invoke(row));
        var other = new JsonObject();
        if (_columns[0].Own!(row) is null)
            other[_id] = row.Id;
        Put(other, Parameters, Fill(row.Parameters, _parameters, cells, _isIdParameter ? row.Id : null));
        Put(other, Result, Fill(row.Result ?? default, _plainTasks.Contains(row.Task) ? _plainResult : ResultOf(row.Result), cells, id: null));
        if (other.Count > 0)
            cells[_other] = _form == ResultForm.Json ? other : (object)other.ToJsonString(ReportJson.Line.Options);
        return [.. _chosen.Select(index => cells[index])];
    }

    private ResultColumn FirstOf(IReadOnlyList<TaskDefinition> tasks)
    {
        var id = ResultValue.ColumnOf(_id, _form == ResultForm.Typed && _isIdParameter ? tasks.Select(task => task.Id!.Type) : []);
        return id.Kind is ColumnKind.Integer
            ? new(id, row => ParseId(row.Id))
            : new(new(_id, ColumnKind.Text), row => row.Id);
    }

    private static IEnumerable<string> First(ResultLayout layout)
    {
        if (layout.Tasks.Count > 1)
            yield return "task";
        if (layout.HasStates)
            yield return "state";
    }

    private static IEnumerable<string> Last(ResultLayout layout)
    {
        if (layout.ResultsOnly is not null)
            yield break;
        if (layout.HasStates)
            yield return "error";
        yield return "attempt";
        yield return "seconds";
        yield return "finished";
    }

    private static string Free(string name, string origin, HashSet<string> taken)
    {
        while (!taken.Add(name))
            name = $"{origin}_{name}";

        return name;
    }

    private ResultNode PlainOf(Type type)
    {
        _plainResult.Types.Add(type);
        return _plainResult;
    }

    /// <summary>Where a result belongs whose task declares properties: into one column when it is no record, and there is one.</summary>
    private ResultNode ResultOf(JsonElement? result) => result?.ValueKind == JsonValueKind.Object ? _results : _plainResult;

    /// <summary>The number that an id is, when it is written as .NET writes numbers.</summary>
    private static long? ParseId(string id) =>
        long.TryParse(id, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            && number.ToString(CultureInfo.InvariantCulture) == id
            ? number
            : null;

    private object? InForm(object? cell) => cell is JsonElement json && _form != ResultForm.Json ? RawOf(json) : cell;

    private static string? RawOf(JsonElement json) =>
        json.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined ? null : json.GetRawText();

    /// <summary>Puts a value into its columns.</summary>
    /// <param name="value">The value.</param>
    /// <param name="node">What is declared of it; null for nothing.</param>
    /// <param name="cells">Gets what the columns hold.</param>
    /// <param name="id">The row's, when the property of that name need not be told again.</param>
    /// <returns>What no column holds; null when the columns hold all of it.</returns>
    private JsonNode? Fill(JsonElement value, ResultNode? node, object?[] cells, string? id)
    {
        if (value.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined)
            return null;
        if (node is { IsRecord: true } && value.ValueKind == JsonValueKind.Object)
            return FillRecord(value, node, cells, id);

        if (node?.Column is { } column)
        {
            var (cell, isWhole) = _form == ResultForm.Json ? ((object?)value, true) : ResultValue.Read(value, _columns[column].Feather);
            cells[column] = cell;
            if (isWhole)
                return null;
        }

        return JsonSerializer.SerializeToNode(value, ReportJson.Line.JsonElement);
    }

    private JsonObject? FillRecord(JsonElement value, ResultNode node, object?[] cells, string? id)
    {
        JsonObject? rest = null;
        foreach (var property in value.EnumerateObject())
        {
            var isId = id is not null && property.Name == _id && ResultValue.Text(property.Value) == id;
            if (!isId && Fill(property.Value, node.Find(property.Name), cells, id: null) is { } left)
                (rest ??= [])[property.Name] = left;
        }

        return rest;
    }

    private static void Put(JsonObject other, string part, JsonNode? rest)
    {
        if (rest is not null)
            other[part] = rest;
    }
}
