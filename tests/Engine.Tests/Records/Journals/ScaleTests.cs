using System.Globalization;
using System.Text.RegularExpressions;
using TaskQueue.Records;

namespace TaskQueue.Tests.Records.Journals;

/// <summary>What many workers ask of a bucket, and that docs/scale.md says so.</summary>
public sealed partial class ScaleTests
{
    private const double Million = 1e6;

    /// <summary>How far a figure of the document may be from what is counted here.</summary>
    private const double Tolerance = 0.03;

    private static readonly string Document = File.ReadAllText(Path.Join(Repository.Root, "docs/scale.md"));

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [GeneratedRegex(@"^\|(?<cells>.+)\|\r?$", RegexOptions.Multiline)]
    private static partial Regex Rows { get; }

    [Theory]
    [InlineData("1 s", 1000, int.MaxValue, 1000, 256)]
    [InlineData("1 s, 16 at once", 62.5, int.MaxValue, 100, 1000)]
    [InlineData("1 ms", 1, int.MaxValue, 1000, 300)]
    [InlineData("1 ms, 16 held", 1, 16, 100, 1000)]
    public async Task The_document_has_what_workers_ask_of_a_bucket(string tasks, double pace, int held, int workers, int rows)
    {
        var bucket = await WorkAsync(workers, rows, TimeSpan.FromMilliseconds(pace), held);
        var (bytes, sent, listed) = (bucket.BytesHeld, bucket.BytesWritten, bucket.Pages);

        var done = await new RecordStore(bucket).ReadDoneIdsAsync(SimulatedWorker.TaskName, Stop);

        Assert.Equal(workers * rows, done.Count);
        // The writes of a task of a second, the bytes and the objects are promises.
        Assert.Equal(0, bucket.Looks);
        Assert.InRange(bucket.Writes, 1, 1.01 * workers * rows);
        Assert.InRange(sent, bytes, 3 * bytes);
        // A listing that fills a page is made twice: there can have been another page, and a merge between them.
        var pages = (int)Math.Ceiling(bucket.Objects / (double)CountedBucket.PageSize);
        Assert.Equal(bucket.Objects < CountedBucket.PageSize ? 1 : 2 * pages, bucket.Pages - listed);
        var times = Million / (workers * rows);
        Assert.InRange(bucket.Objects * times, 1, 4_000);
        double[] counted =
        [
            bucket.Writes, bucket.Deletes, bucket.Looks, bytes / Million, sent / Million, bucket.Objects,
            bucket.Objects / (double)CountedBucket.PageSize, bucket.Reads, bucket.BytesRead / Million,
        ];
        var written = Find($"requests of {tasks}");
        Assert.Equal(counted.Length, written.Length);
        Assert.All(counted.Zip(written), pair => AssertClose(pair.First * times, pair.Second, least: 0.5));
    }

    [Fact]
    public async Task Ten_thousand_short_tasks_take_200_writes_or_fewer()
    {
        var bucket = await WorkAsync(workers: 1, rows: 10_000, TimeSpan.FromMilliseconds(1), int.MaxValue);
        Assert.InRange(bucket.Writes, 1, 200);
    }

    [Fact]
    public async Task A_bucket_is_read_32_objects_at_once()
    {
        var bucket = await WorkAsync(workers: 40, rows: 1, TimeSpan.FromSeconds(1), int.MaxValue);
        bucket.BeforeRead = WhenAsked(times: 32);

        var done = await new RecordStore(bucket).ReadDoneIdsAsync(SimulatedWorker.TaskName, Stop);

        Assert.Equal(40, done.Count);
    }

    [Fact]
    public async Task A_worker_that_leaves_deletes_8_parts_at_once()
    {
        var bucket = new CountedBucket { BeforeDelete = WhenAsked(times: 8) };

        await new SimulatedWorker(bucket, "worker", TimeSpan.FromSeconds(1), int.MaxValue).RunAsync(first: 0, rows: 20);

        Assert.Equal(20, bucket.Deletes);
        Assert.Equal(1, bucket.Objects);
    }

    [Theory]
    [InlineData("1 s")]
    [InlineData("1 s, 16 at once")]
    [InlineData("1 ms")]
    [InlineData("1 ms, 16 held")]
    public void The_document_has_what_these_requests_cost(string tasks)
    {
        var requests = Find($"requests of {tasks}");
        var (writes, pages, reads) = (requests[0], requests[6], requests[7]);
        var (write, read, message) = (Find("a write, or a page of a listing")[0], Find("a read")[0], Find("a request to SQS")[0]);

        var money = Find($"money of {tasks}");

        var (records, messages) = (money[2], money[4]);
        double[] counted =
        [
            writes * write / Million, ((reads * read) + (pages * write)) / Million, records, records * write / Million,
            messages, messages * message / Million,
        ];
        Assert.All(counted.Zip(money), pair => AssertClose(pair.First, pair.Second, least: 0.006));
        AssertClose(money[0] + money[1] + money[3] + money[5], money[6], least: 0.011);
    }

    /// <summary>What ends once it was called so often.</summary>
    private static Func<Task> WhenAsked(int times)
    {
        var (asked, enough) = (0, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        return () =>
        {
            if (Interlocked.Increment(ref asked) == times)
                enough.SetResult();
            return enough.Task.WaitAsync(TimeSpan.FromSeconds(10), Stop);
        };
    }

    private static async Task<CountedBucket> WorkAsync(int workers, int rows, TimeSpan pace, int held)
    {
        var bucket = new CountedBucket();
        await new RecordStore(bucket).PrepareAsync(Stop);
        await Task.WhenAll(Enumerable.Range(0, workers).Select(number => new SimulatedWorker(
            bucket, $"vegetation-worker-{number:D5}-1-20261125120000-0123456789abcdef", pace, held).RunAsync((long)number * rows, rows)));
        return bucket;
    }

    /// <summary>The numbers of the row of a table that begins with this cell.</summary>
    private static double[] Find(string row)
    {
        var found = Assert.Single(
            Rows.Matches(Document).Select(match => match.Groups["cells"].Value.Split('|', StringSplitOptions.TrimEntries)), cells => cells[0] == row);
        return [.. found[1..].Select(cell => double.Parse(cell, NumberStyles.Number, CultureInfo.InvariantCulture))];
    }

    /// <param name="counted">Here.</param>
    /// <param name="written">In the document.</param>
    /// <param name="least">A difference that is only rounded off.</param>
    private static void AssertClose(double counted, double written, double least) =>
        Assert.Equal(counted, written, Math.Max(least, counted * Tolerance));
}
