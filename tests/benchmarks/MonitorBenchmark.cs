using System.Diagnostics;
using System.Globalization;
using TaskQueue.Records;
using TaskQueue.Storage;

namespace TaskQueue.Benchmarks;

/// <summary>The monitor, with one page open, beside a worker that drains empty tasks with the defaults; and its memory beside many rows.</summary>
internal static class MonitorBenchmark
{
    private const int Rows = 100_000;
    private const int Pairs = 9;
    private const int ManyRows = 1_000_000;

    /// <summary>As this program's own configuration.</summary>
    private static readonly string Program = Path.GetFullPath(Path.Join(
        AppContext.BaseDirectory, "../../../../..", "content/src/Monitor", AppContext.BaseDirectory[AppContext.BaseDirectory.LastIndexOf("bin", StringComparison.Ordinal)..], "Monitor.dll"));

    public static async Task RunAsync()
    {
        var folder = Directory.CreateTempSubdirectory("monitor-").FullName;
        try
        {
            var table = await WriteTableAsync(folder, Rows);
            var shares = new List<double>();
            var uses = new List<MonitorUse>();
            for (var pair = 0; pair < Pairs; pair++)
            {
                var alone = await DrainAsync(folder, table, null);
                var watched = await DrainAsync(folder, table, uses.Add);
                shares.Add(watched / alone);
                Measure.Print($"pair {pair + 1}: alone", alone, "tasks/s");
                Measure.Print("  with the monitor", watched, "tasks/s");
            }
            Measure.Print("share of the rate that is left, median", 100 * Median(shares), "%");
            Measure.Print("monitor: CPU of a core", 100 * Median(uses.Select(use => use.CpuSeconds / use.Seconds)), "%");
            Measure.Print("monitor: CPU a refresh", 1000 * Median(uses.Select(use => use.CpuSeconds / Math.Max(1, use.Refreshes))), "ms");
            Measure.Print("monitor: read calls a refresh", Median(uses.Select(use => use.Reads / (double)Math.Max(1, use.Refreshes))), "");
            Measure.Print("monitor: largest", uses.Max(use => use.PeakMegabytes), "MB");

            // Of these, all are done when the page is opened.
            MonitorUse? many = null;
            await DrainAsync(folder, await WriteTableAsync(folder, ManyRows), use => many = use, isOpenedAfter: true);
            Measure.Print($"monitor: largest with {ManyRows:N0} done tasks", many!.PeakMegabytes, "MB");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static double Median(IEnumerable<double> numbers) => numbers.Order().ToList() is var sorted ? sorted[sorted.Count / 2] : 0;

    private static async Task<string> WriteTableAsync(string folder, int rows)
    {
        var tables = Directory.CreateDirectory(Path.Join(folder, Path.GetRandomFileName())).FullName;
        await Node.RunAsync("tables/write-benchmark.mjs", tables, $"{rows}");
        return Path.Join(tables, "lz4.feather");
    }

    /// <returns>Tasks per second from the first start to the last one.</returns>
    private static async Task<double> DrainAsync(string folder, string table, Action<MonitorUse>? used, bool isOpenedAfter = false)
    {
        var project = Directory.CreateDirectory(Path.Join(folder, Path.GetRandomFileName())).FullName;
        await Child.RunAsync("insert", project, table, "fq://queue");
        var run = await new RecordStore(StoreKinds.Open("output", project)).Runs.FindNewestAsync();
        var monitor = used is null || isOpenedAfter ? null : await MonitorPage.OpenAsync(Program, project, run!.Run);
        var numbers = await Child.RunAsync("work", project, "fq://queue", nameof(Kept.All), "1", "0", "output");
        if (isOpenedAfter)
        {
            monitor = await MonitorPage.OpenAsync(Program, project, run!.Run);
            await Task.Delay(TimeSpan.FromSeconds(30));
        }
        if (monitor is not null)
            used!(await monitor.CloseAsync());
        return numbers[2] / (numbers[1] - numbers[0]);
    }
}

/// <param name="Seconds">For which the page was open.</param>
/// <param name="CpuSeconds">Of the monitor.</param>
/// <param name="Refreshes">States that the page was sent.</param>
/// <param name="Reads">System calls that read.</param>
/// <param name="PeakMegabytes">Resident memory.</param>
internal sealed record MonitorUse(double Seconds, double CpuSeconds, int Refreshes, long Reads, double PeakMegabytes);

/// <summary>A monitor with one page open.</summary>
internal sealed class MonitorPage : IDisposable
{
    private readonly Process _process;
    private readonly HttpClient _http = new() { Timeout = Timeout.InfiniteTimeSpan };
    private readonly Stopwatch _open = Stopwatch.StartNew();
    private int _refreshes;
    private Task _reading = Task.CompletedTask;

    private MonitorPage(Process process) => _process = process;

    public static async Task<MonitorPage> OpenAsync(string program, string project, string run)
    {
        var start = new ProcessStartInfo("dotnet", ["exec", program, "--port", "0"]) { WorkingDirectory = project, RedirectStandardOutput = true };
        start.Environment["TASKQUEUE_PATH"] = "fq://queue";
        start.Environment["CF_CLOUDPATH"] = "output";
        var page = new MonitorPage(Process.Start(start)!);
        var address = await page._process.StandardOutput.ReadLineAsync();
        page._reading = page.ReadAsync(new StreamReader(await page._http.GetStreamAsync(new Uri($"{address}api/events?run={run}"))));
        return page;
    }

    public async Task<MonitorUse> CloseAsync()
    {
        _process.Refresh();
        var reads = File.ReadLines($"/proc/{_process.Id}/io").First(line => line.StartsWith("syscr", StringComparison.Ordinal));
        var use = new MonitorUse(
            _open.Elapsed.TotalSeconds, _process.TotalProcessorTime.TotalSeconds, _refreshes,
            long.Parse(reads.Split(' ')[1], CultureInfo.InvariantCulture), _process.PeakWorkingSet64 / 1e6);
        _process.Kill();
        await _process.WaitForExitAsync();
        await _reading;
        Dispose();
        return use;
    }

    public void Dispose()
    {
        _process.Dispose();
        _http.Dispose();
    }

    private async Task ReadAsync(StreamReader events)
    {
        try
        {
            while (await events.ReadLineAsync() is { } line)
                if (line.StartsWith("data: {\"at\"", StringComparison.Ordinal))
                    _refreshes++;
        }
        catch (IOException) { }
    }
}
