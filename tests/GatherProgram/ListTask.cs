using TaskQueue.Contracts;

namespace GatherProgram;

public sealed record ListParameters([property: TaskId] long CellId, int Count);

public sealed record Peak(string Name, double Height);

/// <summary>Returns a list of as many records as the row says.</summary>
public sealed class ListTask : ITask<ListParameters, List<Peak>>
{
    public Task<List<Peak>> RunTask(ListParameters parameters, TaskContext context, CancellationToken cancellationToken) =>
        Task.FromResult(Enumerable.Range(0, parameters.Count).Select(i => new Peak($"{parameters.CellId}-{i}", i + 0.5)).ToList());
}
