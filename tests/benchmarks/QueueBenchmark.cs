namespace TaskQueue.Benchmarks;

/// <summary>
/// First a worker with all defaults, beside python-task-queue where it is given. Then the queue <c>fq://</c> beside bare
/// loops on SQLite in the same run: a table of 1,000,000 rows checked and queued,
/// 200,000 empty tasks drained with the defaults and without done records, by one worker and by two, the time to the first task, and the cost of waiting.
/// </summary>
internal static class QueueBenchmark
{
    private const int InsertedRows = 1_000_000;
    private const int DrainedRows = 200_000;

    public static async Task RunAsync()
    {
        var folder = Directory.CreateTempSubdirectory("benchmark-").FullName;
        try
        {
            await PythonTaskQueue.RunAsync(folder);
            await InsertAsync(folder);
            await DrainAsync(folder);
            await WaitAsync(folder);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task InsertAsync(string folder)
    {
        var tables = Directory.CreateDirectory(Path.Join(folder, "insert")).FullName;
        await Node.RunAsync("tables/write-benchmark.mjs", tables, $"{InsertedRows}");
        var table = Path.Join(tables, "lz4.feather");
        var peaks = new List<double>();
        var medians = await Measure.MediansAsync(
        [
            ("bare", async () => (await InNewFolderAsync(folder, "bare-insert", $"{InsertedRows}"))[0]),
            ("insert", async () =>
            {
                var numbers = await InNewFolderAsync(folder, "insert", table);
                peaks.Add(numbers[1]);
                return numbers[0];
            }),
        ]);
        Measure.Print("bare loop of prepared SQLite inserts", medians[0], "rows/s");
        Measure.Print("insert-tasks, LZ4 table of 5 columns", medians[1], "tasks/s");
        Measure.Print("insert-tasks, share of the bare loop", 100 * medians[1] / medians[0], "%");
        Measure.Print("insert-tasks, peak memory", peaks.Order().ElementAt(Measure.Runs / 2), "MB");
    }

    private static async Task DrainAsync(string folder)
    {
        await Node.RunAsync("tables/write-benchmark.mjs", folder, $"{DrainedRows}");
        var table = Path.Join(folder, "lz4.feather");
        var peaks = new List<double>();
        var medians = await Measure.MediansAsync(
        [
            ("bare", () => DrainAsync(folder, table, workers: 1, ["bare-drain"], [])),
            ("all 1", () => DrainAsync(folder, table, workers: 1, Work(Kept.All, 1), peaks)),
            ("failed 1", () => DrainAsync(folder, table, workers: 1, Work(Kept.Failures, 1), [])),
            ("all 16", () => DrainAsync(folder, table, workers: 1, Work(Kept.All, 16), [])),
            ("failed 16", () => DrainAsync(folder, table, workers: 1, Work(Kept.Failures, 16), [])),
            ("two", () => DrainAsync(folder, table, workers: 2, Work(Kept.All, 1), [])),
        ]);
        Measure.Print("one worker with the defaults, empty tasks", medians[1], "tasks/s");
        Measure.Print("  with TASK_RECORDS=failed", medians[2], "tasks/s");
        Measure.Print("  share of that", 100 * medians[1] / medians[2], "%");
        Measure.Print("one worker, WORKER_CONCURRENCY=16", medians[3], "tasks/s");
        Measure.Print("  with TASK_RECORDS=failed", medians[4], "tasks/s");
        Measure.Print("  share of that", 100 * medians[3] / medians[4], "%");
        Measure.Print("two workers with the defaults", medians[5], "tasks/s");
        Measure.Print("bare loop of batched SQLite leases", medians[0], "rows/s");
        Measure.Print("one worker with the defaults, peak memory", peaks.Order().ElementAt(Measure.Runs / 2), "MB");
    }

    private static string[] Work(Kept kept, int concurrency) => ["work", "fq://queue", $"{kept}", $"{concurrency}"];

    private static async Task WaitAsync(string folder)
    {
        await Node.RunAsync("tables/write-benchmark.mjs", folder, "10");
        var project = NewFolder(folder);
        await Child.RunAsync("insert", project, Path.Join(folder, "lz4.feather"));
        var numbers = await Child.RunAsync("wait", project);
        Measure.Print("start of the program to its first task", numbers[0], "ms");
        var lone = await Child.RunAsync("lone", NewFolder(folder));
        Measure.Print("end of a lone task to its acknowledgement", lone[0], "ms");
        Measure.Print("  a bare append with its sync", lone[1], "ms");
        Measure.Print("idle worker, thousandths of a core", 10 * numbers[1], "/1000");
    }

    /// <returns>Tasks per second from the first start to the last one, over all workers.</returns>
    private static async Task<double> DrainAsync(string folder, string table, int workers, string[] role, List<double> peaks)
    {
        var project = NewFolder(folder);
        await Child.RunAsync("insert", project, table);
        var results = await Task.WhenAll(Enumerable.Range(0, workers).Select(_ => Child.RunAsync([role[0], project, .. role[1..]])));
        Directory.Delete(project, recursive: true);

        var worked = results.Where(numbers => numbers[2] > 0).ToList();
        if (worked.Sum(numbers => numbers[2]) != DrainedRows)
            throw new InvalidOperationException($"{worked.Sum(numbers => numbers[2])} of {DrainedRows} tasks were run.");
        peaks.Add(results[0][3]);
        return DrainedRows / (worked.Max(numbers => numbers[1]) - worked.Min(numbers => numbers[0]));
    }

    private static async Task<double[]> InNewFolderAsync(string folder, string role, string argument)
    {
        var project = NewFolder(folder);
        var numbers = await Child.RunAsync(role, project, argument);
        Directory.Delete(project, recursive: true);
        return numbers;
    }

    private static string NewFolder(string folder) => Directory.CreateDirectory(Path.Join(folder, Path.GetRandomFileName())).FullName;
}
