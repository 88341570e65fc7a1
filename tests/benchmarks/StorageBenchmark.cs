using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Google.Cloud.Storage.V1;
using TaskQueue.Binding;
using TaskQueue.Records;
using TaskQueue.Records.Journals;
using TaskQueue.Reports.Results;
using TaskQueue.Storage;

namespace TaskQueue.Benchmarks;

/// <summary>
/// Listing buckets that answer after 50 ms, page after page beside split by ranges of keys; and the filter over
/// 1,000,000 done rows in a folder, and their results as a Feather file.
/// </summary>
internal static class StorageBenchmark
{
    /// <summary>10,000,000 at night.</summary>
    private static readonly int DoneRows = int.Parse(Environment.GetEnvironmentVariable("DONE_ROWS") ?? "1000000", CultureInfo.InvariantCulture);
    private const int Writers = 8;
    private const string TaskName = "empty";
    private const long FirstId = 864691135000000000;
    private const string Bucket = "bucket";
    private const string DoneFolder = ".dltaskqueue/done/empty";

    public static async Task RunAsync()
    {
        foreach (var count in (int[])[50_000, 200_000])
        {
            await ListAsync("s3", CountS3PagesAsync, count);
            await ListAsync("gs", CountGcsPagesAsync, count);
        }

        await FilterAsync();
    }

    /// <summary>The part of the filter that is measured in a process of its own.</summary>
    /// <returns>Seconds, and megabytes at the peak.</returns>
    public static async Task<double[]> FilterAsync(string folder)
    {
        var watch = Stopwatch.StartNew();
        var done = await new RecordStore(StoreKinds.Open(folder, folder)).ReadDoneIdsAsync(TaskName);
        var found = 0;
        for (var row = 0; row < DoneRows; row++)
            found += done.Contains(Encoding.UTF8.GetBytes(Id(row))) ? 1 : 0;

        return found == DoneRows
            ? [watch.Elapsed.TotalSeconds, Child.PeakMemory()]
            : throw new InvalidOperationException($"Found {found} of {DoneRows} rows.");
    }

    /// <returns>Seconds, and megabytes at the peak.</returns>
    public static async Task<double[]> ResultsAsync(string folder)
    {
        var watch = Stopwatch.StartNew();
        var records = new RecordStore(StoreKinds.Open(folder, folder));
        var rows = ResultRow.ReadAsync(records, [TaskName], run: null, withDone: true, withFailed: false, CancellationToken.None);
        await ResultExport.WriteFileAsync(
            Path.Join(folder, "results.feather"), rows, new ResultLayout([.. new TaskCatalog(typeof(EmptyTask).Assembly).Tasks], HasStates: false), CancellationToken.None);
        return [watch.Elapsed.TotalSeconds, Child.PeakMemory()];
    }

    private static async Task ListAsync(string scheme, Func<string, Task<int>> countPagesAsync, int count)
    {
        var keys = Enumerable.Range(0, count).Select(row => $"{DoneFolder}/{Id(row)}.json").Order(StringComparer.Ordinal).ToArray();
        await using var server = await BucketServer.StartAsync(keys);
        Environment.SetEnvironmentVariable("AWS_ENDPOINT_URL_S3", server.Url);
        Environment.SetEnvironmentVariable("AWS_ACCESS_KEY_ID", "key");
        Environment.SetEnvironmentVariable("AWS_SECRET_ACCESS_KEY", "secret");
        Environment.SetEnvironmentVariable("STORAGE_EMULATOR_HOST", server.Url);
        var medians = await Measure.MediansAsync(
        [
            ("pages", () => RateAsync(keys.Length, () => countPagesAsync(server.Url))),
            ("split", () => RateAsync(keys.Length, () => CountSplitAsync(scheme))),
        ]);
        var name = string.Create(CultureInfo.InvariantCulture, $"{scheme}, {count:N0} keys");
        Measure.Print($"{name}, page after page", medians[0], "keys/s");
        Measure.Print($"{name}, split", medians[1], "keys/s");
        Measure.Print($"{name}, split, share of page after page", 100 * medians[1] / medians[0], "%");
    }

    private static async Task FilterAsync()
    {
        var folder = Directory.CreateTempSubdirectory("benchmark-").FullName;
        try
        {
            var store = Directory.CreateDirectory(Path.Join(folder, "output")).FullName;
            await WriteJournalsAsync(store);
            var bytes = new DirectoryInfo(store).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length);

            var peaks = new List<double>();
            var medians = await Measure.MediansAsync([("filter", async () =>
            {
                var numbers = await Child.RunAsync("filter", store);
                peaks.Add(numbers[1]);
                return 1000 * numbers[0];
            })]);
            Measure.Print(string.Create(CultureInfo.InvariantCulture, $"filter over {DoneRows:N0} done rows"), medians[0], "ms");
            Measure.Print("filter, bytes read", bytes / 1e6, "MB");
            Measure.Print("filter, peak memory", peaks.Order().ElementAt(Measure.Runs / 2), "MB");
            var results = await Child.RunAsync("results", store);
            Measure.Print(string.Create(CultureInfo.InvariantCulture, $"results of {DoneRows:N0} rows to Feather"), results[0], "s");
            Measure.Print("results, peak memory", results[1], "MB");
            await Node.RunAsync("tables/write-benchmark.mjs", folder, $"{DoneRows}");
            var watch = Stopwatch.StartNew();
            var insert = await Child.RunAsync("insert", folder, Path.Join(folder, "lz4.feather"));
            Measure.Print("insert of a table whose rows are all done", watch.Elapsed.TotalSeconds, "s");
            Measure.Print("insert, peak memory", insert[1], "MB");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>As eight workers would that take rows in turn.</summary>
    private static async Task WriteJournalsAsync(string folder)
    {
        var store = StoreKinds.Open(folder, folder);
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(WriteAsync));

        async Task WriteAsync(int writer)
        {
            var journal = new JournalWriter(store, $"worker-{writer}", 1, TimeProvider.System);
            foreach (var rows in Enumerable.Range(0, DoneRows / Writers).Select(row => (row * Writers) + writer).Chunk(1000))
                await Task.WhenAll(rows.Select(row => journal.AddAsync(DoneRow(row))));
            await journal.CompleteAsync();
        }
    }

    private static DoneRecord DoneRow(int row) => new()
    {
        Id = Id(row),
        Row = row,
        Task = TaskName,
        Run = "20260101-000000-0000",
        Parameters = JsonSerializer.SerializeToElement(new { id = FirstId + row, area = 0.5, name = "cell", wanted = true, tile = row % 100 }),
        Result = JsonSerializer.SerializeToElement(true),
        Started = DateTimeOffset.UnixEpoch,
        Finished = DateTimeOffset.UnixEpoch,
        Attempt = 1,
        Worker = "worker",
        Build = "1.0.0",
        PeakMemoryBytes = 100_000_000,
    };

    private static async Task<double> RateAsync(int expected, Func<Task<int>> list)
    {
        var watch = Stopwatch.StartNew();
        var listed = await list();
        return listed == expected
            ? listed / watch.Elapsed.TotalSeconds
            : throw new InvalidOperationException($"Listed {listed} of {expected} keys.");
    }

    private static async Task<int> CountSplitAsync(string scheme) =>
        await StoreKinds.Open($"{scheme}://{Bucket}", "/").ListAsync(DoneFolder + "/").CountAsync();

    private static async Task<int> CountGcsPagesAsync(string url)
    {
        using var client = new StorageClientBuilder { BaseUri = $"{url}/storage/v1/", UnauthenticatedAccess = true }.Build();
        var options = new ListObjectsOptions { Fields = "items(name),nextPageToken" };
        return await client.ListObjectsAsync(Bucket, DoneFolder + "/", options).CountAsync();
    }

    private static async Task<int> CountS3PagesAsync(string url)
    {
        using var client = new AmazonS3Client(
            new BasicAWSCredentials("key", "secret"), new AmazonS3Config { ServiceURL = url, ForcePathStyle = true });
        var request = new ListObjectsV2Request { BucketName = Bucket, Prefix = DoneFolder + "/" };
        var count = 0;
        do
        {
            var page = await client.ListObjectsV2Async(request);
            count += page.S3Objects.Count;
            request.ContinuationToken = page.NextContinuationToken;
        }
        while (request.ContinuationToken is not null);

        return count;
    }

    private static string Id(int row) => (FirstId + row).ToString(CultureInfo.InvariantCulture);
}
