using System.Text;
using System.Text.Json;
using TaskQueue.Queues;
using TaskQueue.Queues.Moving;

namespace TaskQueue.Tests.Queues;

/// <summary>Groups in a queue file: their rows are counted, known by their ids, and queued once.</summary>
public sealed class FileGroupTests : IAsyncLifetime
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(1);

    private readonly TemporaryFolder _folder = new();
    private readonly ILeaseQueue _queue;

    public FileGroupTests() => _queue = Open("queue");

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _queue.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Counts_are_rows()
    {
        var report = await InsertAsync(Group("a", "b", "c"), TestMessages.Of("d"), Group("e", "f"));

        Assert.Equal((6, 0), (report.Queued, report.All.Sum(batch => batch.AlreadyQueued)));
        await AssertCountsAsync(6, 0, 0);
        var lease = Assert.Single(await _queue.LeaseAsync(1, Long, Cancelled));
        await AssertCountsAsync(3, 3, 0);
        Assert.Equal(new QueueCounts(3, 3, 0), (await _queue.CountByRunAsync(Cancelled))![""]);
        Assert.Equal(
            [MessageState.Leased, MessageState.Leased, MessageState.Ready, MessageState.Ready, MessageState.Absent],
            await StatesAsync("a", "c", "d", "f", "x"));
        Assert.Equal(3, await _queue.ReleaseAsync(Cancelled));
        Assert.False((await _queue.AcknowledgeAsync([lease]))[0]);
        var again = await _queue.LeaseAsync(3, Long, Cancelled);
        Assert.All(await _queue.AcknowledgeAsync(again), Assert.True);
        await AssertCountsAsync(0, 0, 0);
    }

    [Fact]
    public async Task A_row_that_is_queued_is_not_queued_twice_in_a_group_nor_beside_it()
    {
        await InsertAsync(TestMessages.Of("b"), TestMessages.Of("parked"));
        await _queue.ParkAsync((await _queue.LeaseAsync(2, Long, Cancelled))[1], "why");
        await _queue.ReleaseAsync(Cancelled);

        var first = await InsertAsync(Group("a", "b", "parked", "c"));
        var second = await InsertAsync(Group("c", "a"), Group("b", "d"), TestMessages.Of("a"), TestMessages.Of("e"));

        Assert.Equal((2, 2), (first.Queued, first.All.Sum(batch => batch.AlreadyQueued)));
        Assert.Equal((2, 4), (second.Queued, second.All.Sum(batch => batch.AlreadyQueued)));
        Assert.Equal(["b", "a", "c", "d", "e"], (await _queue.LeaseAsync(9, Long, Cancelled)).SelectMany(RowsOf));
        await AssertCountsAsync(0, 5, 1);
        var requeued = await _queue.RequeueAsync(_ => true, Cancelled);
        Assert.Equal(1, requeued);
    }

    [Fact]
    public async Task Rows_of_another_run_that_stay_there_are_counted()
    {
        await InsertAsync(Group("a", "b") with { Run = "one" });

        var other = await InsertAsync(Group("a", "b", "c") with { Run = "two" });
        var same = await InsertAsync(Group("b", "a") with { Run = "one" });

        Assert.Equal(2, other.All.Sum(batch => batch.InOtherRuns));
        Assert.Equal(0, same.All.Sum(batch => batch.InOtherRuns));
        Assert.Equal(2, await _queue.RemoveRunAsync("one", withParked: true, Cancelled));
        Assert.Equal([MessageState.Absent, MessageState.Ready], await StatesAsync("a", "c"));
        Assert.Equal(2, (await InsertAsync(Group("a", "b"))).Queued);
    }

    [Fact]
    public async Task Rows_that_run_again_leave_the_groups_that_nobody_holds()
    {
        await InsertAsync(Group("held", "held2"));
        await _queue.LeaseAsync(1, Long, Cancelled);
        await InsertAsync(Group("a", "b", "c"), TestMessages.Of("d"));

        var group = await InsertAsync(Group("b", "d", "held2", "new") with { Again = true });
        var single = await InsertAsync(TestMessages.Of("a") with { Again = true });
        var held = await InsertAsync(TestMessages.Of("held") with { Again = true });

        Assert.Equal((3, 1), (group.Queued, group.All.Sum(batch => batch.AlreadyQueued)));
        Assert.Equal(["held2"], group.All.SelectMany(batch => batch.Running));
        Assert.Equal((1, 0), (single.Queued, held.Queued));
        await AssertCountsAsync(5, 2, 0);
        var leases = await _queue.LeaseAsync(9, Long, Cancelled);
        Assert.Equal(["a", "b", "c", "d", "new"], leases.SelectMany(RowsOf).Order());
        Assert.All(leases.SelectMany(RowsOf), id => Assert.Equal(MessageState.Leased, _queue.FindAsync(TestMessages.Task, id, Cancelled).Result));
        await _queue.AcknowledgeAsync(leases);
        Assert.Equal(5, (await InsertAsync(Group("a", "b", "c", "d", "new"))).Queued);
    }

    [Fact]
    public async Task A_group_that_is_split_leaves_its_rest_in_one_step_and_only_while_it_is_held()
    {
        await InsertAsync(Group("a", "b", "c", "d"));
        var lease = (await _queue.LeaseAsync(1, Long, Cancelled))[0];
        var rest = new GroupRest(
            [TestMessages.Of("b"), TestMessages.Of("c") with { Delay = TimeSpan.FromHours(1) }],
            [new TakenMessage(TestMessages.Of("d").Body, new Parking(5, "why", DateTimeOffset.UnixEpoch))]);

        Assert.True(await _queue.SplitAsync(lease, rest));
        Assert.False(await _queue.SplitAsync(lease, rest));

        await AssertCountsAsync(2, 0, 1);
        Assert.Equal([MessageState.Absent, MessageState.Ready, MessageState.Delayed, MessageState.Parked], await StatesAsync("a", "b", "c", "d"));
        var next = Assert.Single(await _queue.LeaseAsync(9, Long, Cancelled));
        Assert.Equal((1, false, false), (next.Attempt, next.IsSuspect, next.IsRepeat));
    }

    [Fact]
    public async Task Groups_that_were_never_leased_are_found_behind_the_rows_of_one_that_was_split()
    {
        await InsertAsync(Group("a", "b"), Group("c", "d"), Group("e", "f"));
        await _queue.SplitAsync((await _queue.LeaseAsync(1, Long, Cancelled))[0], new GroupRest([TestMessages.Of("a"), TestMessages.Of("b")], []));
        var rows = await _queue.LeaseAsync(2, Long, Cancelled);

        Assert.Equal(["a", "b"], rows.SelectMany(RowsOf));
        Assert.Equal(["c", "d", "e", "f"], (await _queue.LeaseAsync(9, Long, Cancelled)).SelectMany(RowsOf));
    }

    [Fact]
    public async Task Purging_and_moving_count_rows_and_free_their_ids()
    {
        await using var target = Open("target");
        await InsertAsync(Group("a", "b", "c"), TestMessages.Of("d"));
        await target.InsertAsync([TestMessages.Of("b")], _ => { }, Cancelled);

        var moved = await new QueueMover(_queue, target).MoveAsync(_ => { }, _ => { }, Cancelled);

        Assert.Equal((4, 1), (moved.Ready, moved.AlreadyThere));
        Assert.Equal(new QueueCounts(4, 0, 0), await target.CountAsync(Cancelled));
        await AssertCountsAsync(0, 0, 0);
        Assert.Equal(4, await target.PurgeAsync(Cancelled));
        Assert.Equal(default, await target.CountAsync(Cancelled));
        Assert.Equal(3, (await InsertAsync(Group("a", "b", "c"))).Queued);
    }

    [Fact]
    public async Task A_group_given_back_before_a_row_ran_is_no_suspect()
    {
        await InsertAsync(Group("a", "b"));
        await _queue.GiveBackAsync(await _queue.LeaseAsync(1, Long, Cancelled), TimeSpan.Zero, refund: true);

        var lease = Assert.Single(await _queue.LeaseAsync(1, Long, Cancelled));

        Assert.Equal((1, false, false), (lease.Attempt, lease.IsSuspect, lease.IsRepeat));
    }

    [Fact]
    public async Task A_row_without_an_id_stays_in_its_group()
    {
        var body = """{"v":2,"id":"a","task":"task","rows":[{"id":"a"},{"id":null},{"id":"b"}]}"""u8.ToArray();
        await InsertAsync(Group("a"), new QueuedMessage(TestMessages.Task, "a"u8.ToArray(), body) { Rows = 3 });

        var kept = TaskMessage.TryRead((await _queue.LeaseAsync(9, Long, Cancelled))[1].Body.Span)!;

        Assert.Equal("b", kept.Id);
        Assert.Equal([null, "b"], RowGroup.RowsOf(kept).Select(row => row.Id));
    }

    private static QueuedMessage Group(params string[] ids) => new(
        TestMessages.Task, Encoding.UTF8.GetBytes(ids[0]),
        JsonSerializer.SerializeToUtf8Bytes(new { v = 2, id = ids[0], task = TestMessages.Task, rows = ids.Select(id => new { id, parameters = new { } }) }))
    { Rows = ids.Length };

    private static IEnumerable<string> RowsOf(Lease lease) =>
        TaskMessage.TryRead(lease.Body.Span) is { IsGroup: true } group ? RowGroup.RowsOf(group).Select(row => row.Id) : [MessageKey.Of(lease.Body.Span).Id];

    private ILeaseQueue Open(string name) => (ILeaseQueue)QueueKinds.Open($"fq://{name}", _folder.Path);

    private async Task<InsertReports> InsertAsync(params QueuedMessage[] messages)
    {
        var reports = new InsertReports();
        await _queue.InsertAsync(messages, reports.Add, Cancelled);
        return reports;
    }

    private async Task AssertCountsAsync(long ready, long leased, long parked) =>
        Assert.Equal(new QueueCounts(ready, leased, parked), await _queue.CountAsync(Cancelled));

    private async Task<List<MessageState>> StatesAsync(params string[] ids)
    {
        var states = new List<MessageState>();
        foreach (var id in ids)
            states.Add(await _queue.FindAsync(TestMessages.Task, id, Cancelled));
        return states;
    }
}
