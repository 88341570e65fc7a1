using System.Text.Json;
using TaskQueue.Contracts;
using TaskQueue.Programs;

namespace LedgerProgram;

/// <summary>Runs what a row's act says as a shell script: a program of any kind.</summary>
public sealed class ScriptTask : ITask<LedgerParameters, JsonElement>
{
    public Task<JsonElement> RunTask(LedgerParameters parameters, TaskContext context, CancellationToken cancellationToken) =>
        context.RunProgramAsync<JsonElement>(parameters.Act.StartsWith("exec:", StringComparison.Ordinal)
            ? parameters.Act[5..].Split(' ')
            : ["sh", "-c", parameters.Act], parameters, cancellationToken);
}
