using Microsoft.Extensions.Logging;
using TaskQueue.Contracts;

namespace SampleProgram;

/// <param name="Id">The row.</param>
/// <param name="Value">Comes back as the result.</param>
/// <param name="Act">What the row does instead of succeeding: throw, reject, exit, or sleep until it is cancelled.</param>
public sealed record EchoParameters([property: TaskId] long Id, double Value, string? Act = null);

public sealed record EchoResult(double Value, int Attempt);

/// <summary>A task for tests: gives back what it got, or fails as it is told.</summary>
public sealed class EchoTask : ITask<EchoParameters, EchoResult>
{
    public async Task<EchoResult> RunTask(
        EchoParameters parameters, TaskContext context, CancellationToken cancellationToken)
    {
        context.Logger.LogInformation("Echo of {Id}", parameters.Id);
        switch (parameters.Act)
        {
            case "throw":
                throw new InvalidDataException($"Row '{parameters.Id}' was told to fail.");
            case "reject":
                throw new TaskRejectedException($"Row '{parameters.Id}' can never succeed.");
            case "exit":
                Environment.FailFast("Told to die.");
                break;
            case "sleep":
                await Task.Delay(TimeSpan.FromMinutes(1), cancellationToken);
                break;
        }

        return new(parameters.Value, context.Attempt);
    }
}
