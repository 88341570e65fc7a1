using System.Globalization;
using System.Text;
using TaskQueue.Contracts;

namespace TileProgram;

/// <param name="RootId">The row, and the name of its output.</param>
/// <param name="Value">What is scaled and written.</param>
/// <param name="Fails">Whether the row fails.</param>
public sealed record TileParameters([property: TaskId] long RootId, int Value, bool Fails = false);

/// <param name="Scaled">What was written.</param>
/// <param name="Instance">Which object of the task ran the row.</param>
public sealed record TileResult(int Scaled, Guid Instance);

/// <summary>A task as users write it: a service in its constructor, an output a row, and a filter that lists the outputs.</summary>
public sealed class TileTask(Scale scale) : ITask<TileParameters, TileResult>, IFilterTasks<TileParameters>
{
    private readonly Guid _instance = Guid.NewGuid();

    public async Task<Func<TileParameters, bool>> FilterTasks(FilterContext context, CancellationToken cancellationToken)
    {
        var names = await context.Output.ListAsync(cancellationToken: cancellationToken).ToHashSetAsync(cancellationToken: cancellationToken);
        return parameters => !names.Contains(NameOf(parameters));
    }

    public async Task<TileResult> RunTask(TileParameters parameters, TaskContext context, CancellationToken cancellationToken)
    {
        if (parameters.Fails)
            throw new InvalidDataException($"Tile {parameters.RootId} was told to fail.");

        var scaled = parameters.Value * scale.Factor;
        using var content = new MemoryStream(Encoding.ASCII.GetBytes(scaled.ToString(CultureInfo.InvariantCulture)));
        await context.Output.WriteAsync(NameOf(parameters), content, cancellationToken);
        return new(scaled, _instance);
    }

    private static string NameOf(TileParameters parameters) =>
        string.Create(CultureInfo.InvariantCulture, $"{parameters.RootId}.txt");
}
