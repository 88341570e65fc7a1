using TaskQueue.Tables;

namespace TaskQueue.Reports.Results;

/// <summary>A column of a table of results.</summary>
/// <param name="Feather">Its name and type.</param>
/// <param name="Own">Its value of a row; null for a parameter, a part of the result, and what is left over.</param>
internal sealed record ResultColumn(FeatherColumn Feather, Func<ResultRow, object?>? Own)
{
    private const int DecimalsOfSeconds = 3;

    /// <summary>Whether it holds a parameter; else, where <see cref="Source"/> is set, a part of the result.</summary>
    public bool IsParameter { get; init; }

    /// <summary>The property that it shows, with those around it: <c>bounds</c>, <c>outer.inner</c>.</summary>
    public string? Source { get; init; }

    /// <summary>Whether a column of that name can be filled without parameters and result.</summary>
    public static bool IsOfRecord(string name) =>
        name is not ("arguments" or "parameters" or "result" or "result_url") && All(_ => null).Any(column => column.Feather.Name == name);

    /// <summary>Columns that can be chosen of every row, of any task.</summary>
    /// <param name="urlOf">The URL of the object that a row's result names.</param>
    public static IEnumerable<ResultColumn> All(Func<ResultRow, string?> urlOf) =>
    [
        Text("id", row => row.Id),
        Text("task", row => row.Task),
        Text("state", row => row.State),
        Text("error", row => row.Exception is null ? row.Message : $"{row.Exception}: {row.Message}"),
        new(new("attempt", ColumnKind.Integer), row => row.IsMissing ? null : (long)row.Attempt),
        new(new("seconds", ColumnKind.Float), row => row.IsMissing ? null : Math.Round((row.Finished - row.Started).TotalSeconds, DecimalsOfSeconds)),
        new(new("finished", ColumnKind.Timestamp), row => row.IsMissing ? null : row.Finished),
        new(new("started", ColumnKind.Timestamp), row => row.IsMissing ? null : row.Started),
        new(new("row", ColumnKind.Integer), row => row.Row),
        Text("run", row => row.Run),
        Text("worker", row => row.IsMissing ? null : row.Worker),
        Text("build", row => row.IsMissing ? null : row.Build),
        new(new("peak_memory_bytes", ColumnKind.Integer), row => row.IsMissing ? null : row.PeakMemoryBytes),
        Text("exception", row => row.Exception),
        Text("message", row => row.Message),
        Text("details", row => row.Details),
        Text("log", row => row.Log),
        Text("result_url", urlOf),
        new(new("arguments", ColumnKind.Text), row => row.Parameters),
        new(new("parameters", ColumnKind.Text), row => row.Parameters),
        new(new("result", ColumnKind.Text), row => row.Result),
    ];

    private static ResultColumn Text(string name, Func<ResultRow, string?> own) => new(new(name, ColumnKind.Text), own);
}
