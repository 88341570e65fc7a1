using Microsoft.AspNetCore.Http;
using TaskQueue.Tests.Servers;
using TaskQueue.Tests.Storage.S3;

namespace TaskQueue.Tests.Worker;

/// <summary>Workers whose bucket takes its time, or never answers.</summary>
public sealed class SlowStoreTests(RabbitServer rabbit, Emulators emulators)
{
    /// <summary>The neighbour of a task that kills its worker succeeds at its second attempt; the killer follows while the result is written.</summary>
    [Theory]
    [MemberData(nameof(TestsOnAllQueues.FileOrKinds), MemberType = typeof(TestsOnAllQueues))]
    public async Task A_suspect_starts_when_the_result_before_it_is_recorded(string kind)
    {
        await using var proxy = await S3Proxy.StartAsync(await emulators.FauxqsAsync(), $"suspects-{kind}");
        var forward = proxy.Handle;
        proxy.Handle = async (http, next) =>
        {
            if (http.Request.Path.Value!.Contains("/done/", StringComparison.Ordinal) && HttpMethods.IsPut(http.Request.Method))
                await Task.Delay(TimeSpan.FromSeconds(1), http.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await forward(http, next);
        };
        var queue = await QueueOfKind.CreateAsync(kind, rabbit, emulators);
        string[] settings =
        [
            .. queue.Settings, $"CF_CLOUDPATH=s3://suspects-{kind}/out", $"AWS_ENDPOINT_URL_S3={proxy.Url}", "AWS_REGION=us-east-1", "AWS_ACCESS_KEY_ID=key",
            "AWS_SECRET_ACCESS_KEY=secret", "WORKER_CONCURRENCY=2", "TQ_MAX_ATTEMPTS=2", "TQ_LEASE_SECONDS=3",
        ];
        using var project = new LedgerProject([.. settings.Distinct()]) { OtherQueue = queue.Open, OtherStore = S3StoreTests.Open(proxy.Url, $"suspects-{kind}", "out") };
        await project.InsertAsync([new LedgerRow("neighbour", "wait", 500), new LedgerRow("killer", "die", 200)]);

        await project.WorkOffAsync();

        Assert.Equal(["neighbour"], (await project.DoneAsync()).Select(record => record.Id));
        Assert.Equal(2, project.Starts().Count(id => id == "neighbour"));
        Assert.Equal(2, project.Starts().Count(id => id == "killer"));
    }

    [Fact]
    public async Task A_bucket_that_does_not_answer_does_not_keep_a_worker_that_leaves()
    {
        var isHeld = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var never = new CancellationTokenSource();
        await using var proxy = await S3Proxy.StartAsync(await emulators.FauxqsAsync(), "slow");
        var forward = proxy.Handle;
        proxy.Handle = async (http, next) =>
        {
            if (http.Request.Path.Value!.Contains("/done/", StringComparison.Ordinal) && HttpMethods.IsPut(http.Request.Method))
                isHeld.TrySetResult();
            if (isHeld.Task.IsCompleted)
                await Task.Delay(Timeout.Infinite, never.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await forward(http, next);
        };
        using var project = new LedgerProject(
            "CF_CLOUDPATH=s3://slow/out", $"AWS_ENDPOINT_URL_S3={proxy.Url}", "AWS_REGION=us-east-1", "AWS_ACCESS_KEY_ID=key", "AWS_SECRET_ACCESS_KEY=secret",
            "WORKER_DRAIN_SECONDS=1", "TQ_LEASE_SECONDS=5");
        await project.InsertAsync([new LedgerRow("a")]);
        var worker = project.StartWorker();
        await isHeld.Task.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);

        var (code, left) = await worker.TerminateAsync();
        await never.CancelAsync();

        Assert.Equal(75, code);
        Assert.InRange(left, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1 + 2 + 1));
    }
}
