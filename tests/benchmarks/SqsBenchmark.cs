using System.Diagnostics;

namespace TaskQueue.Benchmarks;

/// <summary>
/// SQS on an emulator, beside bare loops of the same client in the same run: a table of 200,000 rows checked and queued,
/// and as many empty tasks drained by one worker with 16 at once, the first quarter of them to warm up.
/// </summary>
internal static class SqsBenchmark
{
    private const int Rows = 200_000;

    /// <summary>Drains are measured from then on, so that the rates are those of a queue of any length.</summary>
    private const int WarmUp = Rows / 4;

    public static async Task RunAsync()
    {
        var folder = Directory.CreateTempSubdirectory("benchmark-").FullName;
        var (server, url) = await Node.ServeAsync("emulators/fauxqs.mjs");
        using var running = server;
        try
        {
            Environment.SetEnvironmentVariable("AWS_ENDPOINT_URL_SQS", url);
            Environment.SetEnvironmentVariable("AWS_ACCESS_KEY_ID", "key");
            Environment.SetEnvironmentVariable("AWS_SECRET_ACCESS_KEY", "secret");
            await Node.RunAsync("tables/write-benchmark.mjs", folder, $"{Rows}");
            await DefaultsBenchmark.RunAsync(folder, OnNewQueueAsync);
            Environment.SetEnvironmentVariable("AWS_ENDPOINT_URL_S3", url);
            await DefaultsBenchmark.RunInBucketAsync(folder, url);
            await RunAsync(folder, Path.Join(folder, "lz4.feather"));
        }
        finally
        {
            server.StandardInput.Close();
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task RunAsync(string folder, string table)
    {
        var medians = await Measure.MediansAsync(
        [
            ("bare insert", () => OnNewQueueAsync(async queue => (await Child.RunAsync("sqs-bare-insert", queue, $"{Rows}"))[0])),
            ("insert", () => OnNewQueueAsync(async queue => (await Child.RunAsync("insert", folder, table, queue))[0])),
            ("bare drain", () => DrainAsync(folder, table, queue => Child.RunAsync("sqs-bare-drain", queue, $"{WarmUp}"))),
            ("drain", () => DrainAsync(folder, table, queue => Child.RunAsync("sqs-work", folder, queue, $"{WarmUp}"))),
        ]);
        Measure.Print("bare loop of SendMessageBatch", medians[0], "messages/s");
        Measure.Print("insert-tasks, LZ4 table of 5 columns", medians[1], "tasks/s");
        Measure.Print("insert-tasks, share of the bare loop", 100 * medians[1] / medians[0], "%");
        Measure.Print("bare loop of receive and delete", medians[2], "messages/s");
        Measure.Print("one worker, concurrency 16, empty tasks", medians[3], "tasks/s");
        Measure.Print("one worker, share of the bare loop", 100 * medians[3] / medians[2], "%");
    }

    private static Task<double> DrainAsync(string folder, string table, Func<string, Task<double[]>> drain) => OnNewQueueAsync(async queue =>
    {
        await Child.RunAsync("insert", folder, table, queue);
        var numbers = await drain(queue);
        return numbers[2] == Rows - WarmUp
            ? numbers[2] / (numbers[1] - numbers[0])
            : throw new InvalidOperationException($"{numbers[2]} of {Rows} tasks were run.");
    });

    private static Task<double> OnNewQueueAsync(Func<string, Task<double>> measure) =>
        NewQueue.UseAsync($"sqs://us-east-1/{Guid.NewGuid():n}", measure);
}
