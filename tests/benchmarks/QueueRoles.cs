using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using TaskQueue.Insert;
using TaskQueue.Queues;
using TaskQueue.Settings;
using TaskQueue.Worker;

namespace TaskQueue.Benchmarks;

/// <summary>What TASK_RECORDS says: the default, or failures only.</summary>
internal enum Kept
{
    All,
    Failures,
}

/// <summary>Inserters and workers with empty tasks, on fq:// in a folder or on another queue.</summary>
internal static class QueueRoles
{
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(3);
    private const int LoneTasks = 20;

    private static readonly TimeSpan Idling = TimeSpan.FromSeconds(10);

    /// <summary>Seconds since 1970.</summary>
    public static double Now() => DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() / 1e3;

    /// <returns>Tasks per second from opening the table to the last confirmation, and megabytes.</returns>
    public static async Task<double[]> InsertAsync(string folder, string table, string? queue, int groupSize = 1)
    {
        await using var services = new ServiceCollection().AddLogging().BuildServiceProvider();
        var started = Stopwatch.GetTimestamp();
        var report = await TableInserter.InsertAsync(
            SettingsOf(folder, queue), new InsertRequest { Rows = new() { Table = table, Task = "empty" }, GroupSize = groupSize }, typeof(EmptyTask).Assembly, services, new InsertProgress(), CancellationToken.None);
        return [report.Run.Queued / Stopwatch.GetElapsedTime(started).TotalSeconds, Child.PeakMemory()];
    }

    /// <returns>First and last moment in seconds, tasks, and megabytes.</returns>
    public static async Task<double[]> WorkAsync(string folder, string? queue, Kept kept = Kept.Failures, int concurrency = 16, int prefetch = 256, string? store = null)
    {
        var settings = SettingsOf(folder, queue) with { RecordsSuccesses = kept == Kept.All, Concurrency = concurrency, Prefetch = prefetch };
        settings = store is null ? settings : settings with { CloudPath = store };
        await WorkerHost.RunAsync(settings, new WorkerRequest { ExitWhenEmpty = true }, typeof(EmptyTask).Assembly, null);
        return [EmptyTask.First, EmptyTask.Last, EmptyTask.Ran, Child.PeakMemory()];
    }

    /// <returns>The moment after a warm-up and the last one in seconds, tasks between them, and megabytes.</returns>
    public static async Task<double[]> WorkWarmAsync(string folder, string queue, int warmUp)
    {
        EmptyTask.WarmUp = warmUp;
        var numbers = await WorkAsync(folder, queue);
        return [EmptyTask.Warm, numbers[1], numbers[2] - warmUp, numbers[3]];
    }

    /// <returns>Milliseconds to the first task, and per cent of a core while there is nothing to do.</returns>
    public static async Task<double[]> WaitAsync(string folder)
    {
        var worker = WorkerHost.RunAsync(SettingsOf(folder), new WorkerRequest(), typeof(EmptyTask).Assembly, null);
        await EmptyTask.FirstRun.Task;
        var first = (EmptyTask.First - (Child.Started.ToUnixTimeMilliseconds() / 1e3)) * 1e3;

        await Task.Delay(Settling);
        using var process = Process.GetCurrentProcess();
        var before = process.TotalProcessorTime;
        await Task.Delay(Idling);
        process.Refresh();
        var busy = 100 * (process.TotalProcessorTime - before) / Idling;
        await StopAsync(worker);
        return [first, busy];
    }

    /// <returns>Milliseconds from the end of a lone task until it is recorded and acknowledged, and of a bare append with its sync: medians.</returns>
    public static async Task<double[]> LoneAsync(string folder)
    {
        await using var queue = QueueKinds.Open("fq://queue", folder);
        await queue.CreateAsync(CancellationToken.None);
        var worker = WorkerHost.RunAsync(SettingsOf(folder) with { RecordsSuccesses = true, Concurrency = 1 }, new WorkerRequest(), typeof(EmptyTask).Assembly, null);
        var (times, syncs) = (new List<double>(), new List<double>());
        await using var file = new FileStream(Path.Join(folder, "bare"), FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
        for (var task = 1; task <= LoneTasks; task++)
        {
            var body = JsonSerializer.SerializeToUtf8Bytes(new
            {
                v = 1, id = $"{task}", task = "empty", parameters = new { id = task, area = 0.5, name = "lone", wanted = true, tile = 1 },
            });
            await queue.InsertAsync([new QueuedMessage("empty", Encoding.UTF8.GetBytes($"{task}"), body)], _ => { }, CancellationToken.None);
            while (EmptyTask.Ran < task)
                await Task.Delay(1);
            var ended = Stopwatch.GetTimestamp();
            while (await queue.CountAsync(CancellationToken.None) is { Leased: > 0 } or { Ready: > 0 })
                await Task.Delay(1);
            times.Add(Stopwatch.GetElapsedTime(ended).TotalMilliseconds);

            var started = Stopwatch.GetTimestamp();
            file.Write(body);
            file.Flush(flushToDisk: true);
            syncs.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }
        await StopAsync(worker);
        return [times.Order().ElementAt(LoneTasks / 2), syncs.Order().ElementAt(LoneTasks / 2)];
    }

    /// <summary>A program that just ends in the middle of its work has failed.</summary>
    private static async Task StopAsync(Task worker)
    {
        using var kill = Process.Start("kill", ["-TERM", $"{Environment.ProcessId}"]);
        await worker;
    }

    private static TaskQueueSettings SettingsOf(string folder, string? queue = null) =>
        new() { ProjectRoot = folder, QueuePath = queue ?? "fq://queue", Concurrency = 16, Prefetch = 256, RecordsSuccesses = false };
}
