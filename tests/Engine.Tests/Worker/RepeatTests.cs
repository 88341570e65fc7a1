using System.Text;
using System.Text.Json;
using TaskQueue.Contracts;
using TaskQueue.Queues;
using TaskQueue.Queues.Moving;
using TaskQueue.Tests.Records;
using TaskQueue.Tests.Servers;

namespace TaskQueue.Tests.Worker;

/// <summary>Rows that are queued more than once, or once more when they are done.</summary>
public sealed class RepeatTests(RabbitServer rabbit, Emulators emulators)
{
    private const int Rows = 200;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Racing_repeats_have_one_result_each_and_a_later_repeat_is_not_run()
    {
        const int Times = 5, Slots = 4;
        using var project = await CreateAsync("amqp", $"WORKER_CONCURRENCY={Slots}");
        var rows = LedgerRow.Many(Rows).ToList();
        for (var time = 0; time < Times; time++)
            await project.InsertAsync(rows, isRepeat: true);

        var workers = Enumerable.Range(0, Nightly.Number("REPEAT_WORKERS", 16) / Slots).Select(_ => project.StartWorker("--exit-when-empty")).ToList();
        foreach (var worker in workers)
            Assert.Equal(0, await worker.WaitAsync());
        var starts = project.Starts().Count();
        await project.InsertAsync(rows, isRepeat: true);
        await project.WorkOffAsync();

        Assert.Equal(rows.Select(row => row.Id), (await project.DoneAsync()).Select(record => record.Id).Order(StringComparer.Ordinal));
        Assert.Equal(starts, project.Starts().Count());
        Assert.InRange(starts, Rows, Rows * Times);
        await project.AssertCountsAsync(default);
    }

    [Theory]
    [InlineData("fq")]
    [InlineData("amqp")]
    [InlineData("sqs")]
    public async Task A_row_that_is_done_is_not_run_again_when_it_is_requeued_or_moved(string kind)
    {
        using var project = await CreateAsync(kind, "TQ_MAX_ATTEMPTS=1");
        await project.InsertAsync([new LedgerRow("a"), new LedgerRow("bad", "throw")]);
        await project.WorkOffAsync();
        // Somebody else has done it meanwhile.
        var done = Assert.Single(await project.DoneAsync());
        await project.Records.WriteDoneAsync(done with { Id = "bad", Worker = "another" });
        using var elsewhere = new TemporaryFolder();
        await using (var source = QueueKinds.Open("fq://queue", elsewhere.Path))
        await using (var queue = project.OpenQueue())
        {
            await source.InsertAsync([Message("a")], _ => { }, Cancelled);
            await new QueueMover(source, queue).MoveAsync(_ => { }, _ => { }, Cancelled);
            await queue.RequeueAsync(_ => true, _ => Task.CompletedTask, Cancelled);
        }

        await project.WorkOffAsync();

        Assert.Equal(["a", "bad"], project.Starts().Order());
        Assert.Equal(["a", "bad"], (await project.DoneAsync()).Select(record => record.Id).Order());
        await project.AssertCountsAsync(default);
    }

    private static QueuedMessage Message(string id) => new(
        LedgerProject.TaskName, Encoding.UTF8.GetBytes(id),
        JsonSerializer.SerializeToUtf8Bytes(new { v = 1, id, task = LedgerProject.TaskName, parameters = new { id } }));

    private async Task<LedgerProject> CreateAsync(string kind, params string[] settings)
    {
        var queue = await QueueOfKind.CreateAsync(kind, rabbit, emulators, settings.Contains("TQ_MAX_ATTEMPTS=1") ? new QueueLimits { MaxAttempts = 1 } : null);
        return new LedgerProject([.. queue.Settings, .. settings]) { OtherQueue = queue.Open };
    }
}
