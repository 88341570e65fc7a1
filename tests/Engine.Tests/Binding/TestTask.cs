using TaskQueue.Binding;
using TaskQueue.Contracts;

namespace TaskQueue.Tests.Binding;

/// <summary>Makes a task definition of a parameters record.</summary>
internal sealed class TestTask<TParameters> : ITask<TParameters, int>
{
    public static TaskDefinition Definition { get; } = TaskDefinition.Of(typeof(TestTask<TParameters>));

    public Task<int> RunTask(TParameters parameters, TaskContext context, CancellationToken cancellationToken) => Task.FromResult(0);
}
