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
        const int Times = 5;
        var racing = Nightly.Number("RACING_WORKERS", 4);
        using var project = await CreateAsync("amqp");
        var rows = LedgerRow.Many(Rows, "wait", 20).ToList();
        var workers = Enumerable.Range(0, racing).Select(_ => project.StartWorker()).ToList();
        await Task.WhenAll(workers.Select(worker => worker.WaitForLogAsync("Taking tasks from")));

        // All repeats of a row are under way at once, in the hands of different workers.
        await project.InsertAsync(rows.SelectMany(row => Enumerable.Repeat(row, Times)), isRepeat: true);
        await project.WorkOffAsync();
        var starts = project.Starts().Count();
        await project.InsertAsync(rows, isRepeat: true);
        await project.WorkOffAsync();
        Assert.All(await Task.WhenAll(workers.Select(worker => worker.TerminateAsync())), end => Assert.Equal(0, end.Code));

        Assert.Equal(rows.Select(row => row.Id), (await project.DoneAsync()).Select(record => record.Id).Order(StringComparer.Ordinal));
        Assert.Equal(rows.Select(row => row.Id), (await project.ResultIdsAsync()).Order(StringComparer.Ordinal));
        Assert.Equal(starts, project.Starts().Count());
        Assert.InRange(starts, Rows, Rows * Times);
        Assert.InRange(project.ReadLedgers().DistinctBy(line => line.Ledger).Count(), racing / 2, racing + 1);
        await project.AssertCountsAsync(default);
    }

    /// <summary>The message of another program: its fields in another order, and more of them.</summary>
    [Theory]
    [InlineData("fq")]
    [InlineData("amqp")]
    [InlineData("sqs")]
    public async Task A_row_that_is_done_is_not_run_again_when_another_program_queues_it_as_a_repeat(string kind)
    {
        using var project = await CreateAsync(kind);
        await project.InsertAsync([new LedgerRow("a")]);
        await project.WorkOffAsync();
        await using (var queue = project.OpenQueue())
            await queue.InsertAsync([Foreign("a"), Foreign("b")], _ => { }, Cancelled);

        await project.WorkOffAsync();

        Assert.Equal(["a", "b"], project.Starts().Order());
        Assert.Equal(["a", "b"], (await project.DoneAsync()).Select(record => record.Id).Order());
        await project.AssertCountsAsync(default);
    }

    [Theory]
    [MemberData(nameof(TestsOnAllQueues.FileOrKinds), MemberType = typeof(TestsOnAllQueues))]
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

    private static QueuedMessage Foreign(string id) => new(
        LedgerProject.TaskName, Encoding.UTF8.GetBytes(id),
        Encoding.UTF8.GetBytes($$"""{ "from": "elsewhere", "parameters": {"id": "{{id}}"}, "repeat": true, "task": "{{LedgerProject.TaskName}}", "id": "{{id}}", "v": 1 }"""));

    private async Task<LedgerProject> CreateAsync(string kind, params string[] settings)
    {
        var queue = await QueueOfKind.CreateAsync(kind, rabbit, emulators, settings.Contains("TQ_MAX_ATTEMPTS=1") ? new QueueLimits { MaxAttempts = 1 } : null);
        return new LedgerProject([.. queue.Settings, .. settings]) { OtherQueue = queue.Open };
    }
}
