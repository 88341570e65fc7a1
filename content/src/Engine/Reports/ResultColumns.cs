using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using TaskQueue.Binding;

namespace TaskQueue.Reports;

/// <summary>The columns of a CSV of results: the id, the parameters, the result, and how the row ran.</summary>
/// <remarks>
/// Rows may differ in what they have: every row is observed first, and the columns are the union. A name that is taken
/// gets its origin in front: <c>result_area</c>.
/// </remarks>
/// <param name="tasks">Whose rows they are; their records give the order of the columns.</param>
/// <param name="hasFailures">Whether columns say how a row ended.</param>
internal sealed class ResultColumns(IReadOnlyList<TaskDefinition> tasks, bool hasFailures)
{
    private const string Id = "id";
    private const string Iso8601 = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    private readonly HashSet<string> _parameters = [];
    private readonly HashSet<string> _results = [];
    private bool _hasPlainResults;

    public void Observe(ResultRow row)
    {
        AddNames(row.Parameters, _parameters);
        if (row.Result is not { } result)
            return;

        AddNames(result, _results);
        _hasPlainResults |= result.ValueKind is not (JsonValueKind.Object or JsonValueKind.Null);
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
        yield return new(Id, row => row.Id);
        if (tasks.Count > 1)
            yield return new("task", row => row.Task);
        if (hasFailures)
            yield return new("state", row => row.State);
    }

    private IEnumerable<ResultColumn> FromParameters(HashSet<string> taken)
    {
        var known = tasks.SelectMany(task => task.Parameters).Select(parameter => parameter.Column);
        foreach (var name in InOrder(known, _parameters))
        {
            if (name != Id || !tasks.All(task => task.Id?.Column == Id))
                yield return new(Free(name, "parameter", taken), row => Property(row.Parameters, name));
        }
    }

    private IEnumerable<ResultColumn> FromResults(HashSet<string> taken)
    {
        if (_hasPlainResults)
            yield return new(Free("result", "task", taken), PlainResult);

        var known = tasks.SelectMany(task => PropertiesOf(task.ResultType));
        foreach (var name in InOrder(known, _results))
            yield return new(Free(name, "result", taken), row => Property(row.Result ?? default, name));
    }

    private IEnumerable<ResultColumn> Last()
    {
        if (hasFailures)
            yield return new("error", Error);
        yield return new("attempt", row => row.Attempt.ToString(CultureInfo.InvariantCulture));
        yield return new("seconds", row => Seconds(row.Finished - row.Started));
        yield return new("finished", row => row.Finished.UtcDateTime.ToString(Iso8601, CultureInfo.InvariantCulture));
    }

    /// <summary>
    /// The names that were seen: those the tasks declare in their order, then the others by alphabet.
    /// </summary>
    private static List<string> InOrder(IEnumerable<string> known, HashSet<string> seen) =>
        [.. known.Where(seen.Contains).Concat(seen.Order(StringComparer.Ordinal)).Distinct()];

    private static string Free(string name, string origin, HashSet<string> taken)
    {
        while (!taken.Add(name))
            name = $"{origin}_{name}";

        return name;
    }

    private static void AddNames(JsonElement value, HashSet<string> names)
    {
        if (value.ValueKind == JsonValueKind.Object)
            names.UnionWith(value.EnumerateObject().Select(property => property.Name));
    }

    private static IEnumerable<string> PropertiesOf(Type type) =>
        TaskJson.Options.GetTypeInfo(type) is { Kind: JsonTypeInfoKind.Object } info
            ? info.Properties.Select(property => property.Name)
            : [];

    private static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture);

    private static string? Property(JsonElement value, string name) =>
        value.ValueKind == JsonValueKind.Object && value.TryGetProperty(name, out var property)
            ? Csv.Cell(property)
            : null;

    private static string? PlainResult(ResultRow row) =>
        row.Result is { ValueKind: not JsonValueKind.Object } result ? Csv.Cell(result) : null;

    private static string? Error(ResultRow row) =>
        row.Exception is null ? row.Message : $"{row.Exception}: {row.Message}";
}

/// <param name="Name">In the header.</param>
/// <param name="Cell">Its cell of a row; null for an empty one.</param>
internal sealed record ResultColumn(string Name, Func<ResultRow, string?> Cell);
