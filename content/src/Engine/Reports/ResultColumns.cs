using System.Globalization;
using System.Text.Json;

namespace TaskQueue.Reports;

/// <summary>The columns of a CSV of results: the id, the parameters, the result, and how the row ran.</summary>
/// <remarks>
/// Rows may differ in what they have: every row is observed first, and the columns are the union, in the order in which
/// they were seen. A name that is taken gets its origin in front: <c>result_area</c>.
/// </remarks>
/// <param name="idColumn">The parameter that is the id itself and is not repeated; null when there is none.</param>
/// <param name="hasSeveralTasks">Whether a column says whose row it is.</param>
/// <param name="hasFailures">Whether columns say how a row ended.</param>
internal sealed class ResultColumns(string? idColumn, bool hasSeveralTasks, bool hasFailures)
{
    private readonly List<string> _parameters = [];
    private readonly List<string> _results = [];
    private readonly HashSet<string> _seenParameters = [];
    private readonly HashSet<string> _seenResults = [];
    private bool _hasPlainResults;

    public void Observe(ResultRow row)
    {
        AddNames(row.Parameters, _seenParameters, _parameters);
        if (row.Result is not { } result)
            return;

        AddNames(result, _seenResults, _results);
        _hasPlainResults |= result.ValueKind is not (JsonValueKind.Object or JsonValueKind.Null);
    }

    /// <summary>The columns, for all rows that were observed.</summary>
    public IReadOnlyList<ResultColumn> Choose()
    {
        var columns = new List<ResultColumn> { new("id", row => row.Id) };
        if (hasSeveralTasks)
            columns.Add(new("task", row => row.Task));
        if (hasFailures)
            columns.Add(new("state", row => row.State));

        ResultColumn[] last =
        [
            .. hasFailures ? [new ResultColumn("error", Error)] : Array.Empty<ResultColumn>(),
            new("attempt", row => row.Attempt.ToString(CultureInfo.InvariantCulture)),
            new("seconds", row => (row.Finished - row.Started).TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture)),
            new("finished", row => row.Finished.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture)),
        ];
        var taken = columns.Concat(last).Select(column => column.Name).ToHashSet();

        foreach (var name in _parameters.Where(name => !(name == "id" && idColumn == "id")))
            columns.Add(new(Free(name, "parameter", taken), row => Property(row.Parameters, name)));
        if (_hasPlainResults)
            columns.Add(new(Free("result", "task", taken), PlainResult));
        foreach (var name in _results)
            columns.Add(new(Free(name, "result", taken), row => row.Result is { } result ? Property(result, name) : null));

        return [.. columns, .. last];
    }

    private static string Free(string name, string origin, HashSet<string> taken)
    {
        while (!taken.Add(name))
            name = $"{origin}_{name}";

        return name;
    }

    private static void AddNames(JsonElement value, HashSet<string> seen, List<string> names)
    {
        if (value.ValueKind != JsonValueKind.Object)
            return;

        foreach (var property in value.EnumerateObject())
        {
            if (seen.Add(property.Name))
                names.Add(property.Name);
        }
    }

    private static string? Property(JsonElement value, string name) =>
        value.ValueKind == JsonValueKind.Object && value.TryGetProperty(name, out var property) ? Csv.Cell(property) : null;

    private static string? PlainResult(ResultRow row) =>
        row.Result is { ValueKind: not JsonValueKind.Object } result ? Csv.Cell(result) : null;

    private static string? Error(ResultRow row) => row.Exception is null ? row.Message : $"{row.Exception}: {row.Message}";
}

/// <param name="Name">In the header.</param>
/// <param name="Cell">Its cell of a row; null for an empty one.</param>
internal sealed record ResultColumn(string Name, Func<ResultRow, string?> Cell);
