using Microsoft.AspNetCore.Http;
using TaskQueue.Tests.Servers;

namespace TaskQueue.Tests.Worker;

/// <summary>A worker leaves in time, even when requests still wait for its bucket.</summary>
public sealed class SlowStoreTests(Emulators emulators)
{
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
