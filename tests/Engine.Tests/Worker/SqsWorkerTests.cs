using System.Text.Json.Nodes;
using TaskQueue.Queues;
using TaskQueue.Tests.Queues.Sqs;
using TaskQueue.Tests.Servers;

namespace TaskQueue.Tests.Worker;

/// <summary>Workers on SQS, in processes of their own, while the service fails: every task is done once, or once more.</summary>
public sealed class SqsWorkerTests(Emulators emulators) : IAsyncLifetime
{
    /// <summary>What a shared machine may add to the documented time.</summary>
    private static readonly TimeSpan Noise = TimeSpan.FromSeconds(4);

    private Proxy _proxy = null!;
    private SqsServer _server = null!;
    private string _name = "";

    public async ValueTask InitializeAsync()
    {
        _proxy = await Proxy.StartAsync(await emulators.FauxqsAsync());
        _server = new SqsServer(_proxy.Url);
        _name = await _server.CreateAsync();
    }

    public ValueTask DisposeAsync() => _proxy.DisposeAsync();

    [Fact]
    public async Task Renewals_that_fail_for_good_cancel_the_task_before_anybody_else_may_start_it()
    {
        using var project = Project("TQ_LEASE_SECONDS=10");
        await project.InsertAsync([new LedgerRow("row", "wait", 15_000)]);
        var isDown = true;
        _proxy.Handle = (http, next) => isDown && SqsProxy.ActionOf(http) == "ChangeMessageVisibilityBatch"
            ? SqsProxy.ErrorAsync(http, 503, "ServiceUnavailable") : next(http);

        var worker = project.StartWorker("--exit-when-empty");
        var acts = new List<string?> { await worker.NextLineAsync(), await worker.NextLineAsync() };
        isDown = false;
        while (acts[^1] is { } act && !act.StartsWith("done", StringComparison.Ordinal))
            acts.Add(await worker.NextLineAsync());

        Assert.Equal(0, await worker.WaitAsync());
        // On a machine that stood still for a lease, the second one is cancelled too.
        var last = acts.Count / 2;
        Assert.InRange(last, 2, 5);
        Assert.Equal([.. Enumerable.Range(1, last).SelectMany(attempt => (string[])[$"start row {attempt}", $"{(attempt < last ? "cancelled" : "done")} row {attempt}"])], acts);
        await AssertAllDoneAsync(project, 1);
    }

    [Fact]
    public async Task Renewals_that_fail_for_a_while_cost_nothing()
    {
        var failures = 0;
        using var project = Project("TQ_LEASE_SECONDS=10");
        await project.InsertAsync([new LedgerRow("row", "wait", 12_000)]);
        _proxy.Handle = (http, next) => SqsProxy.ActionOf(http) == "ChangeMessageVisibilityBatch" && Interlocked.Increment(ref failures) <= 3
            ? SqsProxy.ErrorAsync(http, 503, "ServiceUnavailable") : next(http);

        Assert.Equal(0, await project.StartWorker("--exit-when-empty").WaitAsync());

        Assert.InRange(failures, 4, 20);
        Assert.Equal(["row"], project.Starts());
        await AssertAllDoneAsync(project, 1);
    }

    [Fact]
    public async Task A_message_that_is_delivered_again_while_it_is_worked_on_runs_once()
    {
        const int Tasks = 20;
        using var project = Project("WORKER_CONCURRENCY=4");
        await project.InsertAsync(LedgerRow.Many(Tasks, "wait", 300));
        JsonNode? copy = null;
        // Whether the worker has looked at the copy: it asks for more. No message is deleted before that.
        var (isCopied, looked) = (false, new TaskCompletionSource());
        _proxy.Handle = async (http, next) =>
        {
            switch (SqsProxy.ActionOf(http))
            {
                case "ReceiveMessage" when copy is not null:
                    (var again, copy, isCopied) = (copy, null, true);
                    await SqsProxy.WriteAsync(http, again);
                    break;
                case "ReceiveMessage":
                    if (isCopied)
                        looked.TrySetResult();
                    var answer = await SqsProxy.AnswerOfAsync(http, next);
                    if (answer["Messages"] is not null)
                        (copy, isCopied, looked) = (answer.DeepClone(), false, new TaskCompletionSource());
                    await SqsProxy.WriteAsync(http, answer);
                    break;
                case "DeleteMessageBatch":
                    await looked.Task.WaitAsync(TestContext.Current.CancellationToken);
                    await next(http);
                    break;
                default:
                    await next(http);
                    break;
            }
        };

        Assert.Equal(0, await project.StartWorker("--exit-when-empty").WaitAsync());

        Assert.Equal(Tasks, project.Starts().Count());
        await AssertAllDoneAsync(project, Tasks);
    }

    [Fact]
    public async Task Deletes_that_SQS_forgets_bring_messages_back_which_are_found_done()
    {
        const int Tasks = 25;
        using var project = Project("WORKER_CONCURRENCY=4", "TQ_LEASE_SECONDS=2");
        await project.InsertAsync(LedgerRow.Many(Tasks));
        var forgotten = 0;
        _proxy.Handle = async (http, next) =>
        {
            if (SqsProxy.ActionOf(http) != "DeleteMessageBatch" || forgotten >= 10)
            {
                await next(http);
                return;
            }
            Interlocked.Add(ref forgotten, (await SqsProxy.ReadAsync(http))["Entries"]!.AsArray().Count);
            await SqsProxy.WriteAsync(http, new JsonObject());
        };

        Assert.Equal(0, await project.StartWorker("--exit-when-empty").WaitAsync());

        Assert.InRange(forgotten, 10, Tasks);
        Assert.Equal(Tasks, project.Starts().Count());
        await AssertAllDoneAsync(project, Tasks);
    }

    [Fact]
    public async Task An_idle_worker_leaves_at_once()
    {
        using var project = Project();
        await project.InsertAsync([new LedgerRow("first")]);
        var worker = project.StartWorker();
        await worker.WaitForLineAsync("done first 1");

        var (code, time) = await worker.TerminateAsync();

        Assert.Equal(0, code);
        Assert.InRange(time, TimeSpan.Zero, TimeSpan.FromSeconds(2) + Noise);
        await project.AssertCountsAsync(default);
    }

    [Fact]
    public async Task Blocking_tasks_on_one_core_do_not_cost_the_leases()
    {
        const int Tasks = 32;
        Need.That(Need.Runs("taskset", "--version"), "taskset: apt-get install util-linux");
        using var project = Project($"WORKER_CONCURRENCY={Tasks}", "TQ_LEASE_SECONDS=5");
        await project.InsertAsync(LedgerRow.Many(Tasks, "block", 12_000));

        Assert.Equal(0, await project.StartWorkerOnOneCore("--exit-when-empty").WaitAsync());

        Assert.Equal(Tasks, project.Starts().Count());
        await AssertAllDoneAsync(project, Tasks);
    }

    private static async Task AssertAllDoneAsync(LedgerProject project, int tasks)
    {
        Assert.Equal(tasks, (await project.DoneAsync()).DistinctBy(record => record.Id).Count());
        Assert.Empty(await project.FailedAsync());
        await project.AssertCountsAsync(default);
    }

    [Fact]
    public async Task An_answer_that_does_not_come_keeps_no_worker_from_leaving()
    {
        using var project = Project("WORKER_DRAIN_SECONDS=1");
        var asked = new TaskCompletionSource();
        _proxy.Handle = (http, next) =>
        {
            if (SqsProxy.ActionOf(http) != "ReceiveMessage")
                return next(http);
            asked.TrySetResult();
            return Task.Delay(Timeout.Infinite, http.RequestAborted);
        };
        var worker = project.StartWorker();
        await asked.Task.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);

        var (code, time) = await worker.TerminateAsync();

        Assert.Equal(0, code);
        Assert.InRange(time, TimeSpan.Zero, TimeSpan.FromSeconds(7));
    }

    private LedgerProject Project(params string[] settings) => new(
        [
            $"TASKQUEUE_PATH=sqs://us-east-1/{_name}", $"AWS_ENDPOINT_URL_SQS={_proxy.Url}", "AWS_ACCESS_KEY_ID=key",
            "AWS_SECRET_ACCESS_KEY=secret", .. settings,
        ])
    {
        OtherQueue = () => _server.Open(_name),
    };
}
