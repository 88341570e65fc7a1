using System.Text;
using TaskQueue.Contracts;
using TaskQueue.Storage;
using TaskQueue.Storage.Buckets;

namespace TaskQueue.Tests.Storage.Buckets;

public sealed class SplitListingTests
{
    private static readonly KeyRange[] Everything = [new("", null)];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static TheoryData<string> Shapes => [.. ShapesByName.Keys];

    private static Dictionary<string, Func<int, string>> ShapesByName { get; } = new()
    {
        ["rising numbers"] = i => $"done/T/{864691135000000000 + i}.json",
        ["numbers without leading zeros"] = i => $"done/T/{i}.json",
        ["hashes"] = i => $"done/T/{Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(BitConverter.GetBytes(i)))}.json",
        ["tiles"] = i => $"done/T/tile_x{i % 100:d3}_y{i / 100:d3}~2=c3.h5",
        ["one long name with tails"] = i => $"done/T/{new string('a', 180)}{i:x}",
        ["words of other alphabets"] = i => $"done/T/{(char)('а' + i % 32)}é{char.ConvertFromUtf32(0x1F600 + i % 50)}{i}",
        ["a few of all sorts"] = i => $"done/T/{(char)(33 + i % 93)}{(char)(33 + i / 93 % 93)}{i}",
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public async Task Every_key_of_any_shape_comes_once(string shape)
    {
        foreach (var count in (int[])[0, 1, 999, 1000, 1001, 25_000])
        {
            var keys = Enumerable.Range(0, count).Select(ShapesByName[shape]).ToList();
            foreach (var tellsEnd in (bool[])[false, true])
                await ListsExactlyAsync(keys, new ScriptedBucket(keys) { TellsEnd = tellsEnd });
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public async Task Every_key_comes_once_from_pages_of_any_kind(string shape)
    {
        for (var seed = 0; seed < 20; seed++)
        {
            var keys = Enumerable.Range(0, 3000).Select(ShapesByName[shape]).ToList();
            await ListsExactlyAsync(keys, new ScriptedBucket(keys) { PageSize = 1 + seed * 7, Mischief = new Random(seed) });
        }
    }

    [Fact]
    public async Task Keys_that_appear_meanwhile_come_once_at_most_and_hide_no_others()
    {
        var keys = Enumerable.Range(0, 20_000).Select(i => $"{i * 3}").ToList();
        var bucket = new ScriptedBucket(keys) { PageSize = 100 };
        var added = 0;
        var found = new List<string>();
        await foreach (var listed in Listing(bucket, "").RunAsync(Everything, Stop))
        {
            found.Add(listed);
            if (added++ < 20_000)
                bucket.Add($"{added * 3 + 1}");
        }

        Assert.Equal(found.Count, found.Distinct().Count());
        Assert.Empty(keys.Except(found));
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public async Task A_large_listing_is_asked_for_by_many_requests_at_once(string shape)
    {
        var keys = Enumerable.Range(0, 50_000).Select(ShapesByName[shape]).ToList();
        var bucket = new ScriptedBucket(keys) { Together = 8 };
        await ListsExactlyAsync(keys, bucket);
        Assert.InRange(bucket.MostAtOnce, 8, SplitListing.DefaultRequests);
        Assert.InRange(bucket.Requests, 50, 300);
    }

    [Fact]
    public async Task A_small_listing_takes_one_request()
    {
        var bucket = new ScriptedBucket(Enumerable.Range(0, 1000).Select(i => $"{i}"));
        await Listing(bucket, "").RunAsync(Everything, Stop).CountAsync(Stop);
        Assert.Equal(1, bucket.Requests);
    }

    [Fact]
    public async Task Requests_at_once_have_a_limit()
    {
        var bucket = new ScriptedBucket(Enumerable.Range(0, 30_000).Select(i => $"{i}"))
        {
            PageSize = 50,
            Together = SplitListing.DefaultRequests,
        };
        await Listing(bucket, "").RunAsync(Everything, Stop).CountAsync(Stop);
        Assert.Equal(SplitListing.DefaultRequests, bucket.MostAtOnce);
    }

    [Fact]
    public async Task A_bucket_that_repeats_itself_for_ever_is_an_error()
    {
        Task<ListPage> Fetch(KeyRange range, string? next, CancellationToken cancellationToken) =>
            Task.FromResult(new ListPage(["a"], "token"));
        var error = await Assert.ThrowsAsync<TaskQueueException>(() => CountAsync(Fetch));
        Assert.Equal(ExitCode.Unavailable, error.ExitCode);
    }

    [Fact]
    public async Task A_bucket_without_order_is_an_error_and_no_shorter_list()
    {
        Task<ListPage> Fetch(KeyRange range, string? next, CancellationToken cancellationToken) =>
            Task.FromResult(new ListPage(["b", "a"], null));
        var error = await Assert.ThrowsAsync<TaskQueueException>(() => CountAsync(Fetch));
        Assert.Contains("in order", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_that_fails_ends_the_listing_with_its_error()
    {
        var bucket = new ScriptedBucket(Enumerable.Range(0, 20_000).Select(i => $"{i}"));
        Task<ListPage> Fetch(KeyRange range, string? next, CancellationToken cancellationToken) => bucket.Requests > 10
            ? throw new TaskQueueException(ExitCode.Permission, "no")
            : bucket.FetchAsync(range, next, cancellationToken);
        var error = await Assert.ThrowsAsync<TaskQueueException>(() => CountAsync(Fetch));
        Assert.Equal(ExitCode.Permission, error.ExitCode);
    }

    [Fact]
    public async Task A_listing_may_be_left_in_the_middle()
    {
        var bucket = new ScriptedBucket(Enumerable.Range(0, 500_000).Select(i => $"{i:d6}")) { PageSize = 100 };
        await foreach (var _ in Listing(bucket, "").RunAsync(Everything, Stop))
            break;

        Assert.InRange(bucket.Requests, 1, 1000);
    }

    private static async Task ListsExactlyAsync(List<string> keys, ScriptedBucket bucket)
    {
        var found = await Listing(bucket, "done/T/").RunAsync(Everything, Stop).ToListAsync(Stop);
        Assert.Equal(keys.Count, found.Count);
        Assert.Equal(keys.ToHashSet(), found.ToHashSet());
    }

    private static SplitListing Listing(ScriptedBucket bucket, string prefix) =>
        new("test", prefix, bucket.FetchAsync, SplitListing.DefaultRequests);

    private static Task<int> CountAsync(FetchPage fetch) =>
        new SplitListing("test", "", fetch, 4).RunAsync(Everything, Stop).CountAsync(Stop).AsTask();

    [Fact]
    public void Keys_are_compared_by_the_bytes_of_their_utf8()
    {
        string[] keys = ["", "a", "aa", "b", "é", "\uffff", "\U0001f600", "\U0010ffff", "\ud7ff", "\ue000"];
        foreach (var left in keys)
        {
            foreach (var right in keys)
            {
                var expected = Encoding.UTF8.GetBytes(left).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(right));
                Assert.Equal(Math.Sign(expected), Math.Sign(Utf8Order.Compare(left, right)));
            }
        }
    }
}
