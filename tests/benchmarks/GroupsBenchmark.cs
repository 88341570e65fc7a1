namespace TaskQueue.Benchmarks;

/// <summary>
/// Rows in groups of 100 beside rows of their own, on each kind of queue in the same run: one worker with the defaults, and with 16
/// at once, empty tasks, all results kept. On a file its leases; on an emulator of SQS and on RabbitMQ the messages are what costs.
/// </summary>
internal static class GroupsBenchmark
{
    private const int GroupSize = 100;
    private static readonly string[] Kinds = (Environment.GetEnvironmentVariable("GROUP_KINDS") ?? "fq amqp sqs").Split(' ');
    private static readonly int Rows = int.TryParse(Environment.GetEnvironmentVariable("GROUP_ROWS"), out var rows) ? rows : 50_000;

    public static async Task RunAsync()
    {
        var folder = Directory.CreateTempSubdirectory("benchmark-").FullName;
        var (emulator, url) = await Node.ServeAsync("emulators/fauxqs.mjs");
        using var running = emulator;
        using var broker = await RabbitProcess.StartAsync();
        try
        {
            Environment.SetEnvironmentVariable("AWS_ENDPOINT_URL_SQS", url);
            Environment.SetEnvironmentVariable("AWS_ACCESS_KEY_ID", "key");
            Environment.SetEnvironmentVariable("AWS_SECRET_ACCESS_KEY", "secret");
            await Node.RunAsync("tables/write-benchmark.mjs", folder, $"{Rows}");
            var table = Path.Join(folder, "lz4.feather");
            if (Kinds.Contains("fq"))
                await CompareAsync("fq", measure => measure("fq://queue"), folder, table);
            if (Kinds.Contains("amqp"))
                await CompareAsync("amqp", measure => NewQueue.UseAsync($"{broker.Url}/benchmark-{Guid.NewGuid():N}", measure), folder, table);
            if (Kinds.Contains("sqs"))
                await CompareAsync("sqs", measure => NewQueue.UseAsync($"sqs://us-east-1/{Guid.NewGuid():n}", measure), folder, table);
        }
        finally
        {
            emulator.StandardInput.Close();
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task CompareAsync(string kind, Func<Func<string, Task<double>>, Task<double>> onNewQueue, string folder, string table)
    {
        foreach (var concurrency in (int[])[1, 16])
        {
            var medians = await Measure.MediansAsync(
            [
                ($"{kind} {concurrency} single", () => onNewQueue(queue => DrainAsync(folder, table, queue, 1, concurrency))),
                ($"{kind} {concurrency} groups", () => onNewQueue(queue => DrainAsync(folder, table, queue, GroupSize, concurrency))),
            ]);
            Measure.Print($"{kind}, {concurrency} at once, single rows", medians[0], "tasks/s");
            Measure.Print($"{kind}, {concurrency} at once, groups of {GroupSize}", medians[1], "tasks/s");
            Measure.Print("  times the single rows", medians[1] / medians[0], "x");
        }
    }

    /// <returns>Tasks per second from the first start to the last one; with the defaults of a worker for what is ahead.</returns>
    private static async Task<double> DrainAsync(string folder, string table, string queue, int groupSize, int concurrency)
    {
        var project = Directory.CreateDirectory(Path.Join(folder, Path.GetRandomFileName())).FullName;
        await Child.RunAsync("insert", project, table, queue, $"{groupSize}");
        var numbers = await Child.RunAsync("work", project, queue, nameof(Kept.All), $"{concurrency}", "0");
        return numbers[2] == Rows
            ? Rows / (numbers[1] - numbers[0])
            : throw new InvalidOperationException($"{numbers[2]} of {Rows} tasks were run.");
    }
}
