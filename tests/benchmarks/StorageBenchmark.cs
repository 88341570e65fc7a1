using System.Diagnostics;
using System.Globalization;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Google.Cloud.Storage.V1;
using TaskQueue.Records;
using TaskQueue.Storage;

namespace TaskQueue.Benchmarks;

/// <summary>
/// Listing buckets that answer after 50 ms, page after page beside split by ranges of keys; and the filter over
/// 1,000,000 done records in a folder.
/// </summary>
internal static class StorageBenchmark
{
    private const int DoneRecords = 1_000_000;
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
        var done = await new RecordStore(StoreKinds.Open(folder, folder)).ListDoneAsync("empty");
        var found = 0;
        for (var row = 0; row < DoneRecords; row++)
            found += done.Contains(Id(row)) ? 1 : 0;

        return found == DoneRecords
            ? [watch.Elapsed.TotalSeconds, Child.PeakMemory()]
            : throw new InvalidOperationException($"Found {found} of {DoneRecords} rows.");
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
            Directory.CreateDirectory(Path.Join(folder, DoneFolder));
            for (var row = 0; row < DoneRecords; row++)
                File.WriteAllBytes(Path.Join(folder, DoneFolder, $"{Id(row)}.json"), []);

            var peaks = new List<double>();
            var medians = await Measure.MediansAsync([("filter", async () =>
            {
                var numbers = await Child.RunAsync("filter", folder);
                peaks.Add(numbers[1]);
                return 1000 * numbers[0];
            })]);
            Measure.Print("filter over 1,000,000 done records", medians[0], "ms");
            Measure.Print("filter, peak memory", peaks.Order().ElementAt(Measure.Runs / 2), "MB");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

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
