using TaskQueue.Queues;
using TaskQueue.Records;
using TaskQueue.Reports;
using TaskQueue.Storage;
using TaskQueue.Tests.Commands;
using TaskQueue.Tests.Worker;

namespace TaskQueue.Tests.Reports;

/// <summary>A failed record goes only when its task is back in the queue.</summary>
public sealed class RequeuerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private RecordStore Records => new(StoreKinds.Open("output", _folder.Path));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_requeue_that_dies_leaves_the_records_of_what_is_not_back()
    {
        await Records.Failed.WriteAsync(TestRecords.Failed("back", "x"), Cancelled);
        await Records.Failed.WriteAsync(TestRecords.Failed("parked", "x"), Cancelled);
        var queue = new ParkedQueue(["back"], new IOException("died"));

        await Assert.ThrowsAsync<IOException>(() => new Requeuer(queue, Records).RequeueAsync(null, null, null, null, _ => { }, Cancelled));

        Assert.Null(await Records.Failed.FindLastAsync(CommandProject.Task, "back", Cancelled));
        Assert.NotNull(await Records.Failed.FindLastAsync(CommandProject.Task, "parked", Cancelled));
    }

    [Fact]
    public async Task A_task_that_fails_again_at_once_keeps_its_new_record()
    {
        await Records.Failed.WriteAsync(TestRecords.Failed("a", "new") with { Finished = DateTimeOffset.UtcNow.AddMinutes(1) }, Cancelled);

        await new Requeuer(new ParkedQueue(["a"], null), Records).RequeueAsync(null, null, null, null, _ => { }, Cancelled);

        Assert.Equal("new", (await Records.Failed.FindLastAsync(CommandProject.Task, "a", Cancelled))!.Message);
    }

    [Fact]
    public async Task Of_many_failures_only_the_records_that_are_shown_are_read()
    {
        await Records.Failed.WriteAsync(TestRecords.Failed("first", "x"), Cancelled);
        await Records.Failed.WriteAsync(TestRecords.Failed("last", "x"), Cancelled);
        await Records.Failed.WriteAsync(TestRecords.Failed("between", "x"), Cancelled);
        await File.WriteAllTextAsync(Directory.GetFiles(_folder.Path, "between.json", SearchOption.AllDirectories).Single(), "{", Cancelled);

        var failures = await new FailureReader(new ParkedQueue(["first", "between", "last"], null), Records).ReadAsync(null, null, 1, Cancelled);

        Assert.Equal((3, "InvalidDataException: x", 3), (failures.Count, failures.Groups.Single().Error, failures.Groups.Single().Count));
        Assert.Equal(("last", "InvalidDataException: x"), (failures.Tasks.Single().Id, failures.Tasks.Single().Error));
    }

    /// <summary>A queue with parked tasks, the last one parked last.</summary>
    private sealed class ParkedQueue(string[] ids, Exception? end) : StubQueue
    {
        public override IAsyncEnumerable<ParkedMessage> ListParkedMessagesAsync(CancellationToken cancellationToken) =>
            ids.Select((id, index) => new ParkedMessage(KeyOf(id), new Parking(5, "x", TestRecords.Noon.AddSeconds(index)))).ToAsyncEnumerable();

        public override async Task RequeueAsync(
            Func<MessageKey, bool> selected, Func<IReadOnlyList<MessageKey>, Task> requeued, CancellationToken cancellationToken)
        {
            await requeued([.. ids.Select(KeyOf).Where(selected)]);
            if (end is not null)
                throw end;
        }

        private static MessageKey KeyOf(string id) => new(CommandProject.Task, id);
    }
}
