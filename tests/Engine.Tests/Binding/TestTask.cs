using TaskQueue.Binding;
using TaskQueue.Contracts;

namespace TaskQueue.Tests.Binding;

/// <summary>Makes a task definition of a parameters record.</summary>
internal sealed class TestTask<TParameters> : ITask<TParameters, int>
{
    public static TaskDefinition Definition { get; } = TaskDefinition.Of(typeof(TestTask<TParameters>));

    public Task<int> RunTask(TParameters parameters, TaskContext context, CancellationToken cancellationToken) => Task.FromResult(0);
}

/// <summary>Makes a task definition of a parameters record and a result.</summary>
internal sealed class TestTask<TParameters, TResult> : ITask<TParameters, TResult>
{
    public static TaskDefinition Definition { get; } = TaskDefinition.Of(typeof(TestTask<TParameters, TResult>));

    public Task<TResult> RunTask(TParameters parameters, TaskContext context, CancellationToken cancellationToken) =>
        throw new NotSupportedException();
}
