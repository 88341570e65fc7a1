using TaskQueue.Contracts;

namespace GatherProgram;

/// <summary>A window of a raster that is never computed whole.</summary>
/// <param name="Pad">Pixels that the task computes around its window, as far as the raster of Lines x Samples goes.</param>
/// <param name="Type">Of the values: f4, f8, u1, i2, i4.</param>
/// <param name="Act">What the row does besides: fail, none for no block, or wait for the object go.</param>
/// <param name="Milliseconds">How long it takes.</param>
public sealed record BlockParameters(
    [property: TaskId] string Id, int Row, int Column, int Height, int Width, int Lines = int.MaxValue, int Samples = int.MaxValue,
    int Pad = 0, int Bands = 1, string Type = "f4", string? Act = null, int Milliseconds = 0);

public sealed record BlockResult(double First, RasterBlock? Block);

/// <summary>Writes a block whose values follow from where they are.</summary>
public sealed class BlockTask : ITask<BlockParameters, BlockResult>
{
    public async Task<BlockResult> RunTask(BlockParameters parameters, TaskContext context, CancellationToken cancellationToken)
    {
        if (parameters.Act == "fail")
            throw new TaskRejectedException("Told to fail.");
        await Task.Delay(parameters.Milliseconds, cancellationToken);
        while (parameters.Act == "wait" && !await context.Output.ExistsAsync("go", cancellationToken))
            await Task.Delay(50, cancellationToken);
        var (top, left) = (Math.Min(parameters.Pad, parameters.Row), Math.Min(parameters.Pad, parameters.Column));
        var bottom = Math.Min(parameters.Pad, parameters.Lines - parameters.Row - parameters.Height);
        var right = Math.Min(parameters.Pad, parameters.Samples - parameters.Column - parameters.Width);
        var (height, width) = (top + parameters.Height + bottom, left + parameters.Width + right);

        var values = new double[parameters.Bands * height * width];
        for (var i = 0; i < values.Length; i++)
            values[i] = ValueOf(i / (height * width), parameters.Row - top + (i / width % height), parameters.Column - left + (i % width));

        var name = $"blocks/{parameters.Id}.npy";
        var block = parameters.Type switch
        {
            "f4" => await Write(values, value => (float)value),
            "u1" => await Write(values, value => (byte)(value % 251)),
            "i2" => await Write(values, value => (short)(value - 30_000)),
            "i4" => await Write(values, value => (int)value - 30_000),
            _ => await Write(values, value => value),
        };
        return new(values[0], parameters.Act == "none" ? null : block with { Top = top, Left = left, Bottom = bottom, Right = right });

        Task<RasterBlock> Write<T>(double[] all, Converter<double, T> convert)
            where T : unmanaged =>
            context.Output.WriteBlockAsync(name, Array.ConvertAll(all, convert), height, width, parameters.Bands, cancellationToken);
    }

    /// <summary>From 0.25 to 60,000.25.</summary>
    public static double ValueOf(int band, int row, int column) => (((row * 7919L) + (column * 104_729L) + (band * 31L)) % 60_001) + 0.25;
}
