using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using TaskQueue.Binding;

namespace TaskQueue.Reports;

/// <summary>The columns of a table of results: the id, the parameters, the result, and how the row ran.</summary>
/// <remarks>
/// Rows may differ in what they have: every row is observed first, and the columns are the union. A name that is taken
/// gets its origin in front: <c>result_area</c>.
/// </remarks>
/// <param name="tasks">Whose rows they are; their records give the order of the columns.</param>
/// <param name="hasFailures">Whether columns say how a row ended.</param>
internal sealed class ResultColumns(IReadOnlyList<TaskDefinition> tasks, bool hasFailures)
{
    private const string Id = "id";
    private const int DecimalsOfSeconds = 3;

    private readonly PropertyKinds _parameters =
        new(tasks.SelectMany(task => task.Parameters).Select(parameter => (parameter.Column, parameter.Type)));

    private readonly PropertyKinds _results = new(tasks.SelectMany(task => PropertiesOf(task.ResultType)));
    private readonly KindFinder _plainResults = new(tasks.Select(task => task.ResultType));
    private bool _hasPlainResults;
    private bool _areIdsNumbers = true;

    /// <summary>Whether the column of ids is the parameter of that name.</summary>
    private bool IsIdParameter => tasks.All(task => task.Id?.Column == Id);

    public void Observe(ResultRow row)
    {
        _areIdsNumbers &= ParseId(row.Id) is not null;
        _parameters.Observe(row.Parameters);
        if (row.Result is not { } result)
            return;

        _results.Observe(result);
        if (result.ValueKind is JsonValueKind.Object or JsonValueKind.Null)
            return;
        _hasPlainResults = true;
        _plainResults.Observe(result);
    }

    /// <summary>The columns, for all rows that were observed.</summary>
    public IReadOnlyList<ResultColumn> Choose()
    {
        ResultColumn[] first = [.. First()];
        ResultColumn[] last = [.. Last()];
        var taken = first.Concat(last).Select(column => column.Name).ToHashSet();
        return [.. first, .. FromParameters(taken), .. FromResults(taken), .. last];
    }

    private IEnumerable<ResultColumn> First()
    {
        var isNumber = _areIdsNumbers && IsIdParameter
            && tasks.All(task => ResultValue.KindOf(task.Id!.ValueType) is ResultKind.Integer);
        yield return isNumber
            ? new(Id, ResultKind.Integer, row => ParseId(row.Id))
            : new(Id, ResultKind.Text, row => row.Id);
        if (tasks.Count > 1)
            yield return new("task", ResultKind.Text, row => row.Task);
        if (hasFailures)
            yield return new("state", ResultKind.Text, row => row.State);
    }

    private IEnumerable<ResultColumn> FromParameters(HashSet<string> taken)
    {
        foreach (var (name, kind) in _parameters.InOrder())
        {
            if (name != Id || !IsIdParameter)
                yield return new(Free(name, "parameter", taken), kind, row => Property(row.Parameters, name));
        }
    }

    private IEnumerable<ResultColumn> FromResults(HashSet<string> taken)
    {
        if (_hasPlainResults)
            yield return new(Free("result", "task", taken), _plainResults.Find(), row => PlainResult(row));

        foreach (var (name, kind) in _results.InOrder())
            yield return new(Free(name, "result", taken), kind, row => Property(row.Result ?? default, name));
    }

    private IEnumerable<ResultColumn> Last()
    {
        if (hasFailures)
            yield return new("error", ResultKind.Text, Error);
        yield return new("attempt", ResultKind.Integer, row => (long)row.Attempt);
        yield return new("seconds", ResultKind.Float, row => Seconds(row.Finished - row.Started));
        yield return new("finished", ResultKind.Instant, row => row.Finished);
    }

    private static string Free(string name, string origin, HashSet<string> taken)
    {
        while (!taken.Add(name))
            name = $"{origin}_{name}";

        return name;
    }

    private static IEnumerable<(string Name, Type Type)> PropertiesOf(Type type) =>
        TaskJson.Options.GetTypeInfo(type) is { Kind: JsonTypeInfoKind.Object } info
            ? info.Properties.Select(property => (property.Name, property.PropertyType))
            : [];

    /// <summary>The number that an id is, when it is written as .NET writes numbers.</summary>
    private static long? ParseId(string id) =>
        long.TryParse(id, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            && number.ToString(CultureInfo.InvariantCulture) == id
            ? number
            : null;

    private static double Seconds(TimeSpan time) => Math.Round(time.TotalSeconds, DecimalsOfSeconds);

    private static JsonElement? Property(JsonElement value, string name) =>
        value.ValueKind == JsonValueKind.Object && value.TryGetProperty(name, out var property) ? property : null;

    private static JsonElement? PlainResult(ResultRow row) =>
        row.Result is { ValueKind: not JsonValueKind.Object } result ? result : null;

    private static string? Error(ResultRow row) =>
        row.Exception is null ? row.Message : $"{row.Exception}: {row.Message}";
}
