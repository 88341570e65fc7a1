using System.Diagnostics;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using TaskQueue.Contracts;
using TaskQueue.Storage;
using TaskQueue.Storage.Buckets;
using TaskQueue.Tests.Children;
using TaskQueue.Tests.Servers;

namespace TaskQueue.Tests.Storage.Buckets;

/// <summary>What networks and clouds do to a store; the same for every cloud.</summary>
public abstract class BucketFaultTests : IAsyncLifetime
{
    private const string Canary = "canary-of-a-secret";

    private protected Proxy Proxy { get; set; } = null!;

    protected IObjectStore Store { get; set; } = null!;

    protected static CancellationToken Stop => TestContext.Current.CancellationToken;

    public abstract ValueTask InitializeAsync();

    public ValueTask DisposeAsync() => Proxy.DisposeAsync();

    [Fact]
    public async Task Five_of_a_hundred_requests_may_fail_in_each_way_and_all_is_done()
    {
        var random = new Random(1);
        Break(async (http, next) =>
        {
            double dice;
            lock (random)
                dice = random.NextDouble();

            switch (dice)
            {
                case < 0.05:
                    await ErrorAsync(http, 503, "SlowDown");
                    break;
                case < 0.10:
                    await ErrorAsync(http, 500, "InternalError");
                    break;
                case < 0.15:
                    await ErrorAsync(http, 429, "TooManyRequests");
                    break;
                case < 0.20:
                    http.Abort();
                    break;
                default:
                    await next(http);
                    break;
            }
        });
        const int Count = 300;
        await Parallel.ForAsync(0, Count, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (i, cancel) =>
            Assert.True(await Store.WriteIfAbsentAsync($"done/{i}", BitConverter.GetBytes(i), cancel)));
        await Parallel.ForAsync(0, Count, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (i, cancel) =>
            Assert.Equal(BitConverter.GetBytes(i), await Store.ReadAsync($"done/{i}", cancel)));
        Assert.Equal(Count, await Store.ListAsync("done/", Stop).CountAsync(Stop));
        Assert.InRange(Proxy.Requests.Count, 2 * Count, 2 * Count * 1.4);
    }

    [Theory]
    [InlineData(403, "AccessDenied", ExitCode.Permission)]
    [InlineData(401, "InvalidAccessKeyId", ExitCode.Permission)]
    public async Task Without_permission_the_probe_says_so_at_once(int status, string code, ExitCode expected)
    {
        Break((http, _) => ErrorAsync(http, status, code));
        await FailsAsync(expected, () => Store.ProbeAsync(Stop));
        await FailsAsync(expected, () => Store.ListAsync("", Stop).ToListAsync(Stop).AsTask());
        await FailsAsync(expected, () => Store.WriteIfAbsentAsync("a", new byte[1], Stop));
        await FailsAsync(expected, () => Store.OpenReadAsync("a", Stop));
        await FailsAsync(expected, () => Store.DeleteAsync("a", Stop));
    }

    [Fact]
    public async Task Without_permission_to_write_the_probe_fails_although_listing_works()
    {
        Break((http, next) => http.Request.Method is "PUT" or "POST" ? ErrorAsync(http, 403, "AccessDenied") : next(http));
        await FailsAsync(ExitCode.Permission, () => Store.ProbeAsync(Stop));
    }

    [Fact]
    public async Task A_missing_bucket_is_a_matter_of_configuration()
    {
        Break((http, _) => MissingBucketAsync(http));
        await FailsAsync(ExitCode.Configuration, () => Store.ProbeAsync(Stop));
        await FailsAsync(ExitCode.Configuration, () => Store.ListAsync("", Stop).ToListAsync(Stop).AsTask());
        await FailsAsync(ExitCode.Configuration, () => Store.ListAsync(".dltaskqueue/done/T/", Stop).ToListAsync(Stop).AsTask());
    }

    [Fact]
    public async Task A_service_that_is_away_is_told_within_a_minute()
    {
        var clock = Stopwatch.StartNew();
        Break((http, _) =>
        {
            http.Abort();
            return Task.CompletedTask;
        });
        await FailsAsync(ExitCode.Unavailable, () => Store.WriteIfAbsentAsync("a", new byte[1], Stop));
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromMinutes(1) + Noise.Most);
    }

    [Fact]
    public async Task A_record_whose_answer_got_lost_counts_as_written()
    {
        var swallowed = 0;
        Break((http, next) => http.Request.Method is "PUT" or "POST" && Interlocked.Increment(ref swallowed) == 1
            ? Proxy.SwallowAsync(http)
            : next(http));
        Assert.True(await Store.WriteIfAbsentAsync("done/1", "mine"u8.ToArray(), Stop));
        Assert.False(await Store.WriteIfAbsentAsync("done/1", "other"u8.ToArray(), Stop));
        Assert.True(swallowed > 1);
        Assert.Equal("mine"u8.ToArray(), await Store.ReadAsync("done/1", Stop));
        Assert.Equal(["done/1"], await Store.ListAsync("", Stop).ToListAsync(Stop));
    }

    [Fact]
    public async Task A_large_object_survives_faults_in_the_middle_of_its_parts()
    {
        var content = RandomNumberGenerator.GetBytes((20 << 20) + 5);
        var requests = 0;
        Break(async (http, next) =>
        {
            switch (Interlocked.Increment(ref requests) % 3)
            {
                case 1 when HasParts(http):
                    await ErrorAsync(http, 503, "SlowDown");
                    break;
                case 2 when HasParts(http):
                    http.Abort();
                    break;
                default:
                    await next(http);
                    break;
            }
        });
        await Store.WriteAsync("large", new UnseekableStream(content), Stop);
        var read = await Store.ReadAsync("large", Stop);
        Assert.True(content.AsSpan().SequenceEqual(read));
    }

    [Theory]
    [InlineData("large")]
    [InlineData("new")]
    public async Task A_writer_that_is_killed_within_a_large_object_leaves_the_earlier_one(string name)
    {
        await Store.WriteAsync("large", "earlier"u8.ToArray(), Stop);
        var parts = 0;
        var isWithin = new TaskCompletionSource();
        Break(async (http, next) =>
        {
            if (HasParts(http) && Interlocked.Increment(ref parts) > 1)
            {
                isWithin.TrySetResult();
                await Task.Delay(Timeout.Infinite, http.RequestAborted);
            }
            await next(http);
        });
        using var child = Child.Start(WriterRole, Proxy.Url, Bucket, name);
        await isWithin.Task.WaitAsync(TimeSpan.FromMinutes(1), Stop);

        await child.KillAsync(Stop);

        Assert.Equal(["large"], await Store.ListAsync("", Stop).ToListAsync(Stop));
        Assert.Equal("earlier"u8.ToArray(), await Store.ReadAsync("large", Stop));
        Assert.False(await Store.ExistsAsync("new", Stop));
    }

    [Fact]
    public async Task A_large_object_is_given_up_at_once_when_that_is_asked_for()
    {
        // Neither parts nor anything that cleans up after them is answered.
        Break((http, next) => HasParts(http) || http.Request.Method == "DELETE"
            ? Task.Delay(Timeout.Infinite, http.RequestAborted)
            : next(http));
        using var leave = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        var clock = Stopwatch.StartNew();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => Store.WriteAsync("large", new UnseekableStream(new byte[9 << 20]), leave.Token));
        Assert.InRange(clock.Elapsed, TimeSpan.FromSeconds(0.9), TimeSpan.FromSeconds(2) + Noise.Most);
    }

    [Fact]
    public async Task A_body_that_is_cut_off_is_read_on_where_it_was()
    {
        var content = RandomNumberGenerator.GetBytes(3 << 20);
        await Store.WriteAsync("object", content, Stop);
        var reads = 0;
        Break((http, next) => http.Request.Method == "GET" && Interlocked.Increment(ref reads) <= 3
            ? CutOffAsync(http, next, keep: 500_000)
            : next(http));
        await using var stream = await Store.OpenReadAsync("object", Stop);
        var read = new MemoryStream();
        await stream.CopyToAsync(read, Stop);
        Assert.True(content.AsSpan().SequenceEqual(read.ToArray()));
        Assert.True(reads > 3);
    }

    [Fact]
    public async Task A_body_with_a_wrong_checksum_is_never_used()
    {
        await Store.WriteAsync("object", "the true bytes"u8.ToArray(), Stop);
        var reads = 0;
        Break(async (http, next) =>
        {
            if (http.Request.Method == "GET" && Interlocked.Increment(ref reads) == 1)
                await DamagedAsync(http, "the falsebytes"u8.ToArray(), "the true bytes"u8.ToArray());
            else
                await next(http);
        });
        Assert.Equal("the true bytes"u8.ToArray(), await Store.ReadAsync("object", Stop));
        Assert.Equal(2, reads);
        reads = 0;
        await using var stream = await Store.OpenReadAsync("object", Stop);
        await Assert.ThrowsAsync<InvalidDataException>(() => stream.CopyToAsync(Stream.Null, Stop));
    }

    [Fact]
    public async Task A_listing_goes_on_when_the_service_forgets_its_pages()
    {
        var names = Enumerable.Range(0, 1200).Select(i => $"many/{i:d5}").ToHashSet();
        await Parallel.ForEachAsync(names, Stop, async (name, cancel) => await Store.WriteAsync(name, new byte[1], cancel));
        var refused = 0;
        Break((http, next) =>
        {
            var isNextPage = http.Request.Query.ContainsKey("continuation-token") || http.Request.Query.ContainsKey("pageToken");
            return isNextPage && Interlocked.Increment(ref refused) == 1 ? ErrorAsync(http, 400, "InvalidArgument") : next(http);
        });
        var listed = await Store.ListAsync("", Stop).ToListAsync(Stop);
        Assert.Equal(names.Count, listed.Count);
        Assert.Equal(names, [.. listed]);
    }

    [Fact]
    public async Task A_web_page_in_place_of_an_answer_is_an_error_and_not_an_empty_store()
    {
        Break((http, _) =>
        {
            http.Response.ContentType = "text/html";
            return http.Response.WriteAsync("<!doctype html><html><body>Please log in.</body></html>");
        });
        await FailsAsync(ExitCode.Unavailable, () => Store.ListAsync("", Stop).ToListAsync(Stop).AsTask());
    }

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task A_redirect_takes_no_credentials_to_another_host(int status)
    {
        var stolen = new List<string>();
        await using var other = await TestServer.StartAsync(http =>
        {
            lock (stolen)
                stolen.AddRange(http.Request.Headers.Select(header => $"{header.Key}: {header.Value}"));

            return Task.CompletedTask;
        });
        Break((http, _) =>
        {
            http.Response.Headers.Location = other.Url + http.Request.Path;
            http.Response.StatusCode = status;
            return Task.CompletedTask;
        });
        var secretive = OpenWithSecret(Canary);
        await Assert.ThrowsAsync<TaskQueueException>(() => secretive.ListAsync("", Stop).ToListAsync(Stop).AsTask());
        await Assert.ThrowsAsync<TaskQueueException>(() => secretive.OpenReadAsync("a", Stop));
        await Assert.ThrowsAsync<TaskQueueException>(() => secretive.WriteAsync("a", "x"u8.ToArray(), Stop));
        Assert.DoesNotContain(stolen, header =>
            header.Contains(Canary, StringComparison.Ordinal) || header.StartsWith("Authorization", StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>Has the proxy do something else with the requests from now on.</summary>
    private protected void Break(Func<HttpContext, RequestDelegate, Task> handle)
    {
        var usual = Proxy.Handle;
        Proxy.Handle = (http, forward) => handle(http, inner => usual(inner, forward));
        Proxy.Requests.Clear();
    }

    private protected abstract Task ErrorAsync(HttpContext http, int status, string code);

    private protected abstract Task MissingBucketAsync(HttpContext http);

    /// <summary>Answers a download with bytes that do not match the checksum that is told.</summary>
    private protected abstract Task DamagedAsync(HttpContext http, byte[] bytes, byte[] trueBytes);

    /// <summary>Whether a request carries a part of a large object.</summary>
    private protected abstract bool HasParts(HttpContext http);

    /// <summary>The role of a child process that writes a large object.</summary>
    private protected abstract string WriterRole { get; }

    private protected string Bucket { get; } = $"bucket-{Guid.NewGuid():n}";

    private protected abstract IObjectStore OpenWithSecret(string secret);

    /// <summary>Answers with the right length, and then not with all of it.</summary>
    private protected static async Task CutOffAsync(HttpContext http, RequestDelegate next, int keep)
    {
        var wire = http.Response.Body;
        var whole = new MemoryStream();
        http.Response.Body = whole;
        await next(http);
        http.Response.Body = wire;
        http.Response.ContentLength = whole.Length;
        await wire.WriteAsync(whole.ToArray().AsMemory(0, Math.Min(keep, (int)whole.Length)));
        await wire.FlushAsync();
        if (whole.Length > keep)
            http.Abort();
    }

    private static async Task FailsAsync(ExitCode code, Func<Task> action)
    {
        var error = await Assert.ThrowsAsync<TaskQueueException>(action);
        Assert.Equal(code, error.ExitCode);
        Assert.InRange(error.Message.Split('\n').Length, 2, 3);
    }
}
