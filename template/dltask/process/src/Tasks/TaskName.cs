using TaskQueue.Contracts;
using TaskQueue.Programs;

namespace Tasks;

/// <summary>One row of the table. The program gets it as JSON under the names of the columns: WindowId as window_id, and so on.</summary>
public sealed record TaskNameParameters(
    [property: TaskId] string WindowId, string Raster, int Row, int Column, int Height, int Width);

/// <summary>The last line that the program prints, as JSON. It is kept in the row's done record.</summary>
public sealed record TaskNameResult(double MeanNdvi, int Pixels);

public sealed class TaskName : ITask<TaskNameParameters, TaskNameResult>
{
    public Task<TaskNameResult> RunTask(TaskNameParameters parameters, TaskContext context, CancellationToken cancellationToken) =>
        context.RunProgramAsync<TaskNameResult>(["python3", "src/Tasks/task-name.py"], parameters, cancellationToken);
}
