namespace TaskQueue.Contracts;

/// <summary>A task that decides itself which rows are still to be done.</summary>
/// <remarks>
/// Without it, rows that are done are skipped. With it, this is asked once per insert, so that it can list
/// the output store once instead of asking for every row. An exception stops the insert: nothing is queued.
/// </remarks>
public interface IFilterTasks<TParameters>
{
    /// <summary>Returns a predicate that is true for rows that still have to be done.</summary>
    Task<Func<TParameters, bool>> FilterTasks(FilterContext context, CancellationToken cancellationToken);
}
