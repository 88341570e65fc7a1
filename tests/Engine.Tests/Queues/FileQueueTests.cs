using TaskQueue.Queues;

namespace TaskQueue.Tests.Queues;

/// <summary>The file queue passes the conformance suite, and does what only a file can.</summary>
public sealed class FileQueueTests : LeaseQueueConformance
{
    private readonly TemporaryFolder _folder = new();

    private ILeaseQueue Files => (ILeaseQueue)Queue;

    protected override bool CanRelease => true;

    protected override Task<ITaskQueue> OpenAsync() => Task.FromResult(QueueKinds.Open("fq://queue", _folder.Path));

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Messages_are_leased_in_the_order_of_their_insert()
    {
        await Queue.InsertAsync("b", "a", "c");

        var leases = await LeaseAsync(3, LongLease);

        Assert.Equal(["b", "a", "c"], leases.Select(IdOf));
        Assert.All(leases, lease => Assert.Equal((1, false), (lease.Attempt, lease.IsSuspect)));
    }

    [Fact]
    public async Task An_attempt_counts_when_it_failed_and_not_when_it_was_given_back()
    {
        await Queue.InsertAsync("a");

        await Files.GiveBackAsync(await LeaseAsync(1, LongLease), TimeSpan.Zero, refund: true);
        var second = await LeaseAsync(1, LongLease);
        await Files.GiveBackAsync(second, TimeSpan.Zero, refund: false);
        var third = await LeaseAsync(1, LongLease);

        Assert.Equal((1, false), (second[0].Attempt, second[0].IsSuspect));
        Assert.Equal(2, third[0].Attempt);
    }

    [Fact]
    public async Task A_delayed_message_counts_as_ready()
    {
        await Queue.InsertAsync("a");
        await Files.GiveBackAsync(await LeaseAsync(1, LongLease), TimeSpan.FromHours(1), refund: false);

        Assert.Equal(new QueueCounts(1, 0, 0), await Queue.CountAsync(Cancelled));
    }

    [Fact]
    public async Task An_expired_lease_comes_back_as_a_suspect_and_alone()
    {
        await Queue.InsertAsync("a", "b", "c");
        await Files.LeaseAsync(2, TimeSpan.Zero, Cancelled);

        var suspect = Assert.Single(await LeaseAsync(10, LongLease));

        Assert.True(suspect.IsSuspect);
        Assert.Equal(2, suspect.Attempt);
    }

    [Fact]
    public async Task What_was_put_back_has_no_attempts()
    {
        await Queue.InsertAsync("a");
        await Files.ParkAsync((await LeaseAsync(1, LongLease))[0], "bad");

        await Queue.RequeueAsync(_ => true, Cancelled);

        var again = Assert.Single(await LeaseAsync(1, LongLease));
        Assert.Equal((1, false), (again.Attempt, again.IsSuspect));
    }

    [Fact]
    public async Task An_id_that_is_ready_leased_or_parked_is_not_queued_twice()
    {
        await Queue.InsertAsync("ready", "leased", "parked");
        var leases = await LeaseAsync(3, LongLease);
        await Files.GiveBackAsync([leases.Single(lease => IdOf(lease) == "ready")], TimeSpan.Zero, refund: true);
        await Files.ParkAsync(leases.Single(lease => IdOf(lease) == "parked"), "bad");

        var reports = await Queue.InsertAsync("ready", "leased", "parked", "new");

        Assert.Equal(new InsertedBatch(Queued: 1, AlreadyQueued: 3), Assert.Single(reports.All));
    }

    [Fact]
    public async Task An_acknowledged_id_may_be_queued_again()
    {
        await Queue.InsertAsync("a");
        await Files.AcknowledgeAsync(await LeaseAsync(1, LongLease));

        Assert.Equal(1, (await Queue.InsertAsync("a")).Queued);
    }

    [Fact]
    public async Task One_id_may_be_queued_for_two_tasks()
    {
        await Queue.InsertAsync("a");

        var reports = new InsertReports();
        await Queue.InsertAsync([TestMessages.Of("a") with { Task = "other" }], reports.Add, Cancelled);

        Assert.Equal(1, Assert.Single(reports.All).Queued);
    }

    [Fact]
    public async Task Two_inserters_at_once_queue_the_union_of_their_ids()
    {
        await using var other = await OpenAsync();
        string[] first = [.. Enumerable.Range(0, 3000).Select(i => $"{i}")];
        string[] second = [.. Enumerable.Range(1500, 3000).Select(i => $"{i}")];

        var reports = await Task.WhenAll(Queue.InsertAsync(first), other.InsertAsync(second));

        Assert.Equal(4500, reports.Sum(report => report.Queued));
        Assert.Equal(4500, (await Queue.CountAsync(Cancelled)).Ready);
    }

    [Fact]
    public void Only_its_owner_may_read_the_file()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no file mode.");

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_folder["queue"]));
    }

    [Fact]
    public async Task A_failing_source_leaves_the_confirmed_batches_queued_and_nothing_else()
    {
        var reports = new InsertReports();

        await Assert.ThrowsAsync<InvalidDataException>(() => Queue.InsertAsync(Failing(), reports.Add, Cancelled));

        Assert.Equal(reports.Queued, (await Queue.CountAsync(Cancelled)).Ready);
        Assert.NotEmpty(reports.All);

        static IEnumerable<QueuedMessage> Failing()
        {
            for (var i = 0; i < 60_000; i++)
                yield return TestMessages.Of($"{i}");
            throw new InvalidDataException();
        }
    }

    [Fact]
    public async Task A_requeue_goes_in_batches_and_stops_between_them()
    {
        await ParkAsync(12_000);
        var batches = new List<int>();
        using var stop = new CancellationTokenSource();

        await Assert.ThrowsAsync<OperationCanceledException>(() => Queue.RequeueAsync(_ => true, Note, stop.Token));

        Assert.Equal([5000, 5000], batches);
        Assert.Equal(new QueueCounts(10_000, 0, 2000), await Queue.CountAsync(Cancelled));

        Task Note(IReadOnlyList<MessageKey> keys)
        {
            batches.Add(keys.Count);
            if (batches.Count == 2)
                stop.Cancel();
            return Task.CompletedTask;
        }
    }

    [Fact]
    public async Task A_purge_goes_in_batches_and_lets_workers_renew_in_between()
    {
        await Queue.InsertAsync([.. Enumerable.Range(0, 12_000).Select(i => $"{i}")]);
        await using var worker = (ILeaseQueue)await OpenAsync();
        var lease = await worker.LeaseAsync(1, LongLease, Cancelled);
        var removed = new List<long>();
        var renewals = new List<Renewal>();

        Assert.Equal(12_000, await Queue.PurgeAsync(Note, Cancelled));

        Assert.Equal([5000, 10_000, 12_000], removed);
        Assert.All(renewals, renewal => Assert.Equal(Renewal.Lost, renewal));
        Assert.Equal(default, await Queue.CountAsync(Cancelled));

        void Note(long count)
        {
            removed.Add(count);
            renewals.AddRange(worker.Renew(lease, LongLease));
        }
    }

    [Fact]
    public async Task A_row_without_an_id_that_another_program_wrote_has_a_made_name()
    {
        await Queue.InsertAsync([new QueuedMessage("task", default, "not json"u8.ToArray())], _ => { }, Cancelled);
        await Files.ParkAsync((await LeaseAsync(1, LongLease))[0], "bad");

        var parked = Assert.Single(await Queue.ListParkedMessagesAsync(Cancelled).ToListAsync(Cancelled));

        Assert.Equal(MessageKey.Of("not json"u8), parked.Key);
        Assert.Equal(1, await Queue.RequeueAsync(key => key == parked.Key, Cancelled));
    }

    private async Task ParkAsync(int messages)
    {
        await Queue.AddParkedMessagesAsync(
            [.. Enumerable.Range(0, messages).Select(i => new TakenMessage(TestMessages.Of($"{i}").Body, new Parking(5, "bad", DateTimeOffset.UtcNow)))],
            Cancelled);
    }

    private static string IdOf(Lease lease) => new Taken(lease.Body.ToArray(), false, lease).Id;
}
