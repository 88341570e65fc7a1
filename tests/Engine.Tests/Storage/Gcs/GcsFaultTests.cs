using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using TaskQueue.Collections;
using TaskQueue.Contracts;
using TaskQueue.Storage.Buckets;
using TaskQueue.Storage.Gcs;
using TaskQueue.Storage;
using TaskQueue.Tests.Servers;
using TaskQueue.Tests.Storage.Buckets;

namespace TaskQueue.Tests.Storage.Gcs;

public sealed class GcsFaultTests(Emulators emulators) : BucketFaultTests
{
    public override async ValueTask InitializeAsync()
    {
        Proxy = await GcsProxy.StartAsync(await emulators.FirebaseStorageAsync(), Bucket);
        Store = GcsStoreTests.Open(Proxy.Url, Bucket, "prefix");
    }

    [Fact]
    public async Task An_upload_that_is_given_a_url_of_another_host_sends_it_nothing()
    {
        var asked = 0;
        await using var other = await TestServer.StartAsync(http =>
        {
            Interlocked.Increment(ref asked);
            return Task.CompletedTask;
        });
        Break((http, next) =>
        {
            http.Response.Headers.Location = $"{other.Url}/upload?upload_id=1";
            return http.Request.Method == "POST" ? Task.CompletedTask : next(http);
        });
        var error = await Assert.ThrowsAsync<TaskQueueException>(
            () => OpenWithSecret("token").WriteAsync("large", new MemoryStream(new byte[9 << 20]), Stop));
        Assert.Equal(ExitCode.Unavailable, error.ExitCode);
        Assert.Contains(other.Url, error.Message, StringComparison.Ordinal);
        Assert.Equal(0, asked);
    }

    [Fact]
    public async Task A_large_object_that_was_damaged_on_its_way_is_not_kept()
    {
        Break(async (http, next) =>
        {
            if (HasParts(http))
            {
                var bytes = new MemoryStream();
                await http.Request.Body.CopyToAsync(bytes);
                bytes.GetBuffer()[0]++;
                http.Request.Body = new MemoryStream(bytes.ToArray());
            }

            await next(http);
        });
        var error = await Assert.ThrowsAsync<TaskQueueException>(
            () => Store.WriteAsync("large", new MemoryStream(new byte[9 << 20]), Stop));
        Assert.Contains("400 The CRC32C does not match.", error.Message, StringComparison.Ordinal);
        Assert.False(await Store.ExistsAsync("large", Stop));
    }

    [Fact]
    public async Task A_large_object_of_which_nothing_more_is_taken_is_given_up()
    {
        Break((http, next) =>
        {
            if (!HasParts(http))
                return next(http);

            http.Response.StatusCode = 308;
            http.Response.Headers.Range = "bytes=0-99";
            return Task.CompletedTask;
        });
        var error = await Assert.ThrowsAsync<TaskQueueException>(
            () => Store.WriteAsync("large", new MemoryStream(new byte[9 << 20]), Stop));
        Assert.Equal(ExitCode.Unavailable, error.ExitCode);
        Assert.EndsWith("takes no bytes after the first 100.", error.Message.Split('\n')[0], StringComparison.Ordinal);
        Assert.InRange(Proxy.Requests.Count, 5, 10);
    }

    [Fact]
    public async Task A_large_object_of_which_little_is_taken_at_a_time_is_written()
    {
        var content = RandomNumberGenerator.GetBytes(9 << 20);
        var answers = 0;
        Break(async (http, next) =>
        {
            await next(http);
            // Every other answer is that of a service that kept nothing of the part.
            if (http.Response.StatusCode == 308 && Interlocked.Increment(ref answers) % 2 == 1)
                http.Response.Headers.Remove("Range");
        });
        await Store.WriteAsync("large", new UnseekableStream(content), Stop);
        Assert.Equal(content, await Store.ReadAsync("large", Stop));
    }

    [Fact]
    public async Task A_large_object_whose_last_answer_got_lost_is_written()
    {
        var content = RandomNumberGenerator.GetBytes(9 << 20);
        var lost = 0;
        Break(async (http, next) =>
        {
            await next(http);
            if (HasParts(http) && http.Response.StatusCode == 200 && Interlocked.Increment(ref lost) == 1)
                http.Abort();
        });
        await Store.WriteAsync("large", new UnseekableStream(content), Stop);
        Assert.Equal(content, await Store.ReadAsync("large", Stop));
        Assert.Equal(2, lost);
    }

    [Fact]
    public async Task A_page_of_a_listing_that_is_cut_off_is_asked_for_again()
    {
        await Store.WriteAsync("a", "x"u8.ToArray(), Stop);
        var lists = 0;
        Break((http, next) => http.Request.Method == "GET" && Interlocked.Increment(ref lists) <= 3
            ? CutOffAsync(http, next, keep: 10)
            : next(http));
        Assert.Equal(["a"], await Store.ListAsync("", Stop).ToListAsync(Stop));
        Assert.Equal(4, lists);
    }

    [Fact]
    public async Task A_name_that_noBucket_can_have_is_a_matter_of_configuration()
    {
        var error = await Assert.ThrowsAsync<TaskQueueException>(() => GcsStoreTests.Open(Proxy.Url, "My Bucket", "").ProbeAsync(Stop));
        Assert.Equal(ExitCode.Configuration, error.ExitCode);
        Assert.Contains("gs://My Bucket", error.Message, StringComparison.Ordinal);
    }

    private protected override Task ErrorAsync(HttpContext http, int status, string code) => GcsProxy.ErrorAsync(http, status, code);

    private protected override Task MissingBucketAsync(HttpContext http) =>
        GcsProxy.ErrorAsync(http, 404, "The specified Bucket does not exist.");

    private protected override Task DamagedAsync(HttpContext http, byte[] bytes, byte[] trueBytes)
    {
        http.Response.ContentLength = bytes.Length;
        http.Response.Headers["x-goog-hash"] = $"crc32c={Crc32C.Of(trueBytes)},md5=irrelevant";
        return http.Response.Body.WriteAsync(bytes).AsTask();
    }

    private protected override string WriterRole => "write-large-to-gcs";

    private protected override bool HasParts(HttpContext http) =>
        http.Request.Method == "PUT" && http.Request.Query["uploadType"] == "resumable";

    private protected override IObjectStore OpenWithSecret(string secret) => new BucketStore(
        new GcsBucket(GcsClients.Create(Proxy.Url, _ => Task.FromResult(secret)), Bucket), "prefix");
}
