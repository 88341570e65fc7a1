namespace TaskQueue.Benchmarks;

/// <summary>One worker on a broker, or with its store in a bucket, with the defaults, beside itself without done records: what users get first.</summary>
internal static class DefaultsBenchmark
{
    private const int Rows = 20_000;
    private const string File = "fq://queue";

    /// <param name="folder">For tables and projects.</param>
    /// <param name="onNewQueue">Gives a candidate a queue of its own.</param>
    public static async Task RunAsync(string folder, Func<Func<string, Task<double>>, Task<double>> onNewQueue)
    {
        var table = await WriteTableAsync(folder);
        foreach (var concurrency in (int[])[1, 16])
        {
            var medians = await Measure.MediansAsync(
            [
                ("all", () => onNewQueue(queue => DrainAsync(folder, table, queue, Kept.All, concurrency))),
                ("failed", () => onNewQueue(queue => DrainAsync(folder, table, queue, Kept.Failures, concurrency))),
            ]);
            Measure.Print($"one worker, {concurrency} at once, results kept", medians[0], "tasks/s");
            Measure.Print("  with TASK_RECORDS=failed", medians[1], "tasks/s");
            Measure.Print("  share of that", 100 * medians[0] / medians[1], "%");
        }
    }

    /// <param name="folder">For tables and projects.</param>
    /// <param name="bucket">URL of a server that speaks S3; a bucket is made there.</param>
    public static async Task RunInBucketAsync(string folder, string bucket)
    {
        var table = await WriteTableAsync(folder);
        using var client = new HttpClient();
        using var made = await client.PutAsync($"{bucket}/benchmark", null);
        made.EnsureSuccessStatusCode();
        foreach (var concurrency in (int[])[1, 16])
        {
            var medians = await Measure.MediansAsync(
                [("bucket", () => DrainAsync(folder, table, File, Kept.All, concurrency, $"s3://benchmark/{Path.GetRandomFileName()}"))]);
            Measure.Print($"one worker, {concurrency} at once, results kept in a bucket", medians[0], "tasks/s");
        }
    }

    private static async Task<string> WriteTableAsync(string folder)
    {
        var tables = Directory.CreateDirectory(Path.Join(folder, Path.GetRandomFileName())).FullName;
        await Node.RunAsync("tables/write-benchmark.mjs", tables, $"{Rows}");
        return Path.Join(tables, "lz4.feather");
    }

    /// <returns>Tasks per second from the first start to the last one.</returns>
    private static async Task<double> DrainAsync(string folder, string table, string queue, Kept kept, int concurrency, string store = "output")
    {
        var project = Directory.CreateDirectory(Path.Join(folder, Path.GetRandomFileName())).FullName;
        await Child.RunAsync("insert", project, table, queue);
        var numbers = await Child.RunAsync("work", project, queue, $"{kept}", $"{concurrency}", "0", store);
        return numbers[2] == Rows
            ? Rows / (numbers[1] - numbers[0])
            : throw new InvalidOperationException($"{numbers[2]} of {Rows} tasks were run.");
    }
}
