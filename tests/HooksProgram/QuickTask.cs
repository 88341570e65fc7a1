using TaskQueue.Contracts;

namespace HooksProgram;

/// <summary>Waits for longer than it may, and says what it was given.</summary>
[TaskSettings(TimeoutSeconds = 1, MaxAttempts = 1, Threads = 3, MemoryMegabytes = 1 << 24)]
public sealed class QuickTask : ITask<LedgerParameters, string>
{
    public async Task<string> RunTask(LedgerParameters parameters, TaskContext context, CancellationToken cancellationToken)
    {
        await Task.Delay(parameters.Milliseconds, cancellationToken);
        return $"{context.Threads} threads";
    }
}
