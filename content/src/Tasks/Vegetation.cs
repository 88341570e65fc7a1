using Microsoft.Extensions.Logging;
using TaskQueue.Contracts;

namespace Tasks;

/// <summary>One row of tasks.feather: a window of a raster, in pixels. WindowId binds to the column window_id, and so on.</summary>
public sealed record VegetationParameters(
    [property: TaskId] string WindowId, string Raster, int Row, int Column, int Height, int Width, double Threshold = 0.4);

/// <summary>What is kept in the row's done record, and listed by <c>dotnet run results</c>.</summary>
public sealed record VegetationResult(double Share, double MeanNdvi, int Pixels);

/// <summary>The share of a window that plants cover: pixels whose vegetation index (NDVI) is above a threshold.</summary>
public sealed class Vegetation : ITask<VegetationParameters, VegetationResult>
{
    public async Task<VegetationResult> RunTask(
        VegetationParameters parameters, TaskContext context, CancellationToken cancellationToken)
    {
        var window = new Window(parameters.Row, parameters.Column, parameters.Height, parameters.Width);
        var raster = await EnviRaster.OpenAsync(parameters.Raster, context.Inputs, cancellationToken);
        var red = await raster.ReadAsync("red", window, cancellationToken);
        var infrared = await raster.ReadAsync("near infrared", window, cancellationToken);

        var ndvi = red.Zip(infrared, (r, n) => (n - r) / (n + r)).ToList();
        var share = ndvi.Count(index => index > parameters.Threshold) / (double)ndvi.Count;

        // Kept in the row's own log: dotnet run logs r00c00
        context.Logger.LogDebug("{Share:P0} of {Window} is covered", share, parameters.WindowId);
        return new VegetationResult(Math.Round(share, 4), Math.Round(ndvi.Average(), 4), ndvi.Count);
    }

    // Rows with a done record are skipped. If your own output files are to decide instead, let the class implement
    // IFilterTasks<VegetationParameters> too, set TASK_RECORDS=failed in config/task.env, and say which rows are to do:
    //
    // public async Task<Func<VegetationParameters, bool>> FilterTasks(FilterContext context, CancellationToken cancellationToken)
    // {
    //     var finished = await context.Output.ListAsync("", cancellationToken).ToHashSetAsync(cancellationToken: cancellationToken);
    //     return parameters => !finished.Contains($"{parameters.RootId}.h5");
    // }
}
