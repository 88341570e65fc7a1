using System.Diagnostics;
using System.Globalization;
using RabbitMQ.Client;

namespace TaskQueue.Benchmarks;

/// <summary>
/// RabbitMQ beside Celery, and beside a bare loop of the same client, in the same run on the same broker. A worker has
/// concurrency 16 and 256 messages ahead; Celery has two processes and its own four ahead of each.
/// </summary>
internal static class RabbitBenchmark
{
    private const int Rows = 150_000;
    private const int CeleryRows = 10_000;

    public static async Task RunAsync()
    {
        using var server = await RabbitProcess.StartAsync();
        var folder = Directory.CreateTempSubdirectory("benchmark-").FullName;
        try
        {
            await Node.RunAsync("tables/write-benchmark.mjs", folder, $"{Rows}");
            var table = Path.Join(folder, "lz4.feather");
            await DefaultsBenchmark.RunAsync(folder, measure => OnNewQueueAsync(server, measure));
            var medians = await Measure.MediansAsync(
            [
                ("bare insert", () => OnNewQueueAsync(server, async queue => (await Child.RunAsync("rabbit-bare", queue, $"{Rows}"))[0])),
                ("insert", () => OnNewQueueAsync(server, async queue => (await Child.RunAsync("insert", NewFolder(folder), table, queue))[0])),
                ("celery insert", () => Celery.InsertAsync(server.Url, NewName(), CeleryRows)),
                ("drain", () => OnNewQueueAsync(server, queue => DrainAsync(NewFolder(folder), table, queue))),
                ("celery drain", () => Celery.DrainAsync(server, NewName(), CeleryRows)),
            ]);
            Measure.Print("bare loop of RabbitMQ.Client, window 4096", medians[0], "messages/s");
            Measure.Print("insert-tasks, LZ4 table of 5 columns", medians[1], "tasks/s");
            Measure.Print("insert-tasks, share of the bare loop", 100 * medians[1] / medians[0], "%");
            Measure.Print("Celery, delay loop", medians[2], "tasks/s");
            Measure.Print("insert-tasks, per cent of Celery", 100 * medians[1] / medians[2], "%");
            Measure.Print("one worker, 16 at once, prefetch 256", medians[3], "tasks/s");
            Measure.Print("Celery, two processes", medians[4], "tasks/s");
            Measure.Print("one worker, per cent of Celery", 100 * medians[3] / medians[4], "%");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Publishes bodies of the same size to a queue that exists, with nothing around it: confirms are counted, not looked up.</summary>
    /// <returns>Messages per second.</returns>
    public static async Task<double[]> BareAsync(string path, int rows)
    {
        const int Window = 4096;
        var uri = new Uri(path);
        var (name, body) = (uri.AbsolutePath[1..], new byte[230]);
        var factory = new ConnectionFactory { Uri = new Uri(uri.GetLeftPart(UriPartial.Authority)) };
        await using var connection = await factory.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync(new CreateChannelOptions(true, false));
        var (confirmed, changed) = (0L, new SemaphoreSlim(0));
        channel.BasicAcksAsync += (_, args) =>
        {
            // Confirms of one queue come in order.
            Interlocked.Exchange(ref confirmed, (long)args.DeliveryTag);
            changed.Release();
            return Task.CompletedTask;
        };
        var properties = new BasicProperties { Persistent = true, ContentType = "application/json" };
        var started = Stopwatch.GetTimestamp();
        for (var sent = 0; sent < rows; sent++)
        {
            while (sent - Interlocked.Read(ref confirmed) >= Window)
                await changed.WaitAsync();
            await channel.BasicPublishAsync("", name, mandatory: true, properties, body);
        }
        while (Interlocked.Read(ref confirmed) < rows)
            await changed.WaitAsync();
        return [rows / Stopwatch.GetElapsedTime(started).TotalSeconds];
    }

    private static string NewName() => $"benchmark-{Guid.NewGuid():N}";

    /// <summary>
    /// No candidate pays for the declaration: a broker that still writes an earlier queue's messages to its segments
    /// declares a quorum queue seconds later, for every client.
    /// </summary>
    private static Task<double> OnNewQueueAsync(RabbitProcess server, Func<string, Task<double>> measure) =>
        NewQueue.UseAsync($"{server.Url}/{NewName()}", measure);

    /// <returns>Tasks per second from the first start to the last end.</returns>
    private static async Task<double> DrainAsync(string project, string table, string queue)
    {
        await Child.RunAsync("insert", project, table, queue);
        var numbers = await Child.RunAsync("work", project, queue);
        return numbers[2] == Rows
            ? Rows / (numbers[1] - numbers[0])
            : throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"{numbers[2]} of {Rows} tasks were run."));
    }

    private static string NewFolder(string folder) => Directory.CreateDirectory(Path.Join(folder, Path.GetRandomFileName())).FullName;
}
