using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using TaskQueue.Records;
using TaskQueue.Tests.Records;
using TaskQueue.Tests.Servers;
using TaskQueue.Tests.Storage.S3;

namespace TaskQueue.Tests.Worker;

/// <summary>What many messages that may be repeats cost, half of their rows being done: requests to the bucket, and memory.</summary>
public sealed class MarkedMessagesTests(Emulators emulators, ITestOutputHelper output)
{
    private const int RowsInObject = 256;

    /// <summary>A .NET worker with the SDK of S3 takes 120 to 150 MB without any row.</summary>
    private const long MostMemory = 300L << 20;

    [Fact]
    public async Task Messages_that_may_be_repeats_share_their_looks_at_the_journals()
    {
        var messages = Nightly.Number("MARKED_MESSAGES", 2000);
        var bucket = $"bucket-{Guid.NewGuid():n}";
        await using var proxy = await S3Proxy.StartAsync(await emulators.FauxqsAsync(), bucket);
        using var project = new LedgerProject(
            $"CF_CLOUDPATH=s3://{bucket}/out", $"AWS_ENDPOINT_URL_S3={proxy.Url}", "AWS_ACCESS_KEY_ID=key", "AWS_SECRET_ACCESS_KEY=secret", "WORKER_CONCURRENCY=16")
        {
            OtherStore = S3StoreTests.Open(proxy.Url, bucket, "out"),
        };
        var rows = LedgerRow.Many(messages).ToList();
        var done = rows.Where((_, row) => row % 2 == 0).Select(row => Done(row.Id)).Chunk(RowsInObject).ToList();
        foreach (var group in done)
            await project.Records.WriteDoneAsync(group);
        await project.InsertAsync(rows, isRepeat: true);
        proxy.Requests.Clear();

        var clock = Stopwatch.StartNew();
        await project.WorkOffAsync();
        var seconds = clock.Elapsed.TotalSeconds;

        var requests = proxy.Requests.CountBy(KindOf).ToDictionary();
        var records = await project.DoneAsync();
        var memory = records.Max(record => record.PeakMemoryBytes);
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{messages} marked messages: {seconds:F1} s, {memory >> 20} MB, {string.Join(", ", requests)}"));
        Assert.Equal(rows.Select(row => row.Id), records.Select(record => record.Id).Order(StringComparer.Ordinal));
        Assert.Equal(rows.Where((_, row) => row % 2 == 1).Select(row => row.Id), project.Starts().Order(StringComparer.Ordinal));
        AssertFew(requests, messages, done.Count, seconds);
        Assert.InRange(memory, 1, MostMemory);
    }

    /// <summary>Each object is read once, those of the worker itself included, and at most one look a second finds them.</summary>
    private static void AssertFew(Dictionary<string, int> requests, int messages, int objects, double seconds)
    {
        const int AtStart = 20;
        var writes = requests["PUT"];
        Assert.InRange(requests["LIST"], 1, AtStart + (2 * seconds));
        Assert.InRange(requests.GetValueOrDefault("GET"), 1, AtStart + objects + writes);
        Assert.InRange(requests.GetValueOrDefault("HEAD"), 0, AtStart);
        // A gather takes 100 ms, but for those that are full; each 256 rows are merged once.
        Assert.InRange(writes, 1, AtStart + (15 * seconds) + (messages / RowsInObject));
        // A part is deleted when it is merged.
        Assert.InRange(requests["DELETE"], 1, AtStart + writes);
    }

    private static string KindOf(string request) => request.StartsWith("GET ", StringComparison.Ordinal) && request.Contains("list-type=2", StringComparison.Ordinal)
        ? "LIST" : request[..request.IndexOf(' ', StringComparison.Ordinal)];

    private static DoneRecord Done(string id) => new()
    {
        Id = id,
        Task = LedgerProject.TaskName,
        Parameters = JsonSerializer.SerializeToElement(new { id }),
        Result = JsonSerializer.SerializeToElement($"result of {id}"),
        Started = DateTimeOffset.UnixEpoch,
        Finished = DateTimeOffset.UnixEpoch,
        Attempt = 1,
        Worker = "earlier",
        Build = "1.0.0",
        PeakMemoryBytes = 0,
    };
}
