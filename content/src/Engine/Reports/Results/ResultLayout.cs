using TaskQueue.Binding;

namespace TaskQueue.Reports.Results;

/// <summary>In which form values are wanted.</summary>
internal enum ResultForm
{
    /// <summary>Texts and a few numbers.</summary>
    Text,

    /// <summary>As the task declares them.</summary>
    Typed,

    /// <summary>As they stand in the record.</summary>
    Json,
}

/// <summary>Which columns a table of results has.</summary>
/// <param name="Tasks">Whose rows they are; what they declare gives the columns.</param>
/// <param name="HasStates">Whether columns say how a row ended.</param>
internal sealed record ResultLayout(IReadOnlyList<TaskDefinition> Tasks, bool HasStates)
{
    /// <summary>The columns that were asked for, in that order; null for the usual ones.</summary>
    public IReadOnlyList<string>? Chosen { get; init; }

    /// <summary>What results have, when columns show nothing but the id, the result and what is left over; null for all of a row.</summary>
    public ResultShape? ResultsOnly { get; init; }

    /// <summary>The URL of the object that a row's result names.</summary>
    public Func<ResultRow, string?> UrlOf { get; init; } = _ => null;

    public bool Wants(string column) => Chosen?.Contains(column) is true;

    /// <summary>Whether a column holds parameters or the result, or parts of them.</summary>
    public bool HasValues => Chosen?.All(ResultColumn.IsOfRecord) is not true;

    /// <exception cref="Contracts.TaskQueueException">No row can have a column that was asked for (64).</exception>
    public void Check() => Table(ResultForm.Json);

    /// <exception cref="Contracts.TaskQueueException">No row can have a column that was asked for (64).</exception>
    public ResultTable Table(ResultForm form) => new(this, form);
}
