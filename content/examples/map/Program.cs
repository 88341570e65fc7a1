// Calls a task over values of its own and prints the results as they come: dotnet run --project examples/map
using TaskQueue.Client;
using Tasks;

// Ctrl-C cancels what is still to come, instead of leaving it in the queue.
using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, signal) =>
{
    signal.Cancel = true;
    stop.Cancel();
};

// The last window is outside of the raster.
var windows = Enumerable.Range(0, 4).Select(number => new VegetationParameters(
    $"map-{number}", "sample/landscape.bsq", Row: 100 * number, Column: 0, Height: 20, Width: 20));

// Without LocalConcurrency, the tasks run on workers that you start elsewhere.
await using var client = await TaskClient.OpenAsync<Vegetation, VegetationParameters, VegetationResult>(
    new ClientOptions { LocalConcurrency = 2 }, stop.Token);
await foreach (var item in client.MapAsync(windows, stop.Token))
{
    var end = item.Exception is { } failure ? $"failed: {failure.Message}" : $"{item.GetResult().Share:P0} covered";
    Console.WriteLine($"{item.Parameters.WindowId} {end}{(item.WasDone ? ", as it was before" : "")}");
}
