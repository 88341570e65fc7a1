using TaskQueue.Contracts;
using TaskQueue.Local;

namespace Tasks.Tests;

public sealed class VegetationTests
{
    /// <summary>The upper left window of the sample.</summary>
    private static readonly VegetationParameters Window =
        new("r00c00", "sample/landscape.bsq", Row: 0, Column: 0, Height: 20, Width: 20);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_forest_is_green()
    {
        var result = await Run(Window);

        Assert.Equal(400, result.Pixels);
        Assert.InRange(result.Share, 0.9, 1);
        Assert.InRange(result.MeanNdvi, 0.6, 0.9);
    }

    [Fact]
    public async Task A_higher_threshold_leaves_less()
    {
        var all = await Run(Window with { Threshold = -1 });
        var some = await Run(Window with { Threshold = 0.8 });

        Assert.Equal(1, all.Share);
        Assert.InRange(some.Share, 0, 0.99);
    }

    [Theory]
    [InlineData(5, -3, 20)]
    [InlineData(0, 400, 20)]
    [InlineData(0, 0, 0)]
    public async Task A_window_outside_of_the_raster_is_rejected(int row, int column, int width) =>
        await Assert.ThrowsAsync<TaskRejectedException>(() => Run(Window with { Row = row, Column = column, Width = width }));

    private static async Task<VegetationResult> Run(VegetationParameters parameters)
    {
        using var context = LocalContext.Create(parameters.WindowId);
        return await new Vegetation().RunTask(parameters, context.Task, Cancelled);
    }
}
