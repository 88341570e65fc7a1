using Sample;
using TaskQueue.Contracts;

namespace Tasks;

/// <summary>One row of tasks.feather: a window of a raster, in pixels. WindowId binds to the column window_id, and so on.</summary>
public sealed record VegetationParameters(
    [property: TaskId] string WindowId, string Raster, int Row, int Column, int Height, int Width, double Threshold = 0.4);

/// <summary>What is recorded of the row, and listed by <c>dotnet run results</c>.</summary>
public sealed record VegetationResult(double Share, double MeanNdvi, int Pixels);

/// <summary>The share of a window that plants cover: pixels whose vegetation index (NDVI) is above a threshold.</summary>
public sealed class Vegetation :
    // IFilterTasks<VegetationParameters>, // Without the first slashes, FilterTasks below says which rows are still to be done.
    ITask<VegetationParameters, VegetationResult>
{
    public async Task<VegetationResult> RunTask(
        VegetationParameters parameters, TaskContext context, CancellationToken cancellationToken)
    {
        var window = new Window(parameters.Row, parameters.Column, parameters.Height, parameters.Width);
        var raster = await EnviRaster.OpenAsync(parameters.Raster, context.Inputs, cancellationToken);
        var red = await raster.ReadAsync("red", window, cancellationToken);
        var infrared = await raster.ReadAsync("near infrared", window, cancellationToken);

        // A pixel that reflects nothing is not covered.
        var ndvi = red.Zip(infrared, (r, n) => r + n == 0 ? 0 : (n - r) / (n + r)).ToList();
        var share = ndvi.Count(index => index > parameters.Threshold) / (double)ndvi.Count;
        return new VegetationResult(Math.Round(share, 4), Math.Round(ndvi.Average(), 4), ndvi.Count);
    }

    public async Task<Func<VegetationParameters, bool>> FilterTasks(FilterContext context, CancellationToken cancellationToken)
    {
        var finished = await context.Output.ListAsync("", cancellationToken).ToHashSetAsync(cancellationToken: cancellationToken);
        return parameters => !finished.Contains($"{parameters.WindowId}.h5");
    }
}
