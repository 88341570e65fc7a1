using TaskQueue.Queues;

namespace TaskQueue.Tests.Queues;

/// <summary>The file queue passes the conformance suite, and does what only a file can.</summary>
public sealed class FileQueueTests : LeaseQueueConformance
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private readonly TemporaryFolder _folder = new();

    protected override ILeaseQueue Open() => (ILeaseQueue)QueueKinds.Open("fq://queue", _folder.Path);

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task An_id_that_is_ready_leased_or_parked_is_not_queued_twice()
    {
        await using var queue = Open();
        await InsertAsync("ready", "leased", "parked");
        var leases = await queue.LeaseAsync(3, LongLease, Cancelled);
        await queue.GiveBackAsync([leases.Single(lease => IdOf(lease) == "ready")], TimeSpan.Zero, refund: true);
        await queue.ParkAsync(leases.Single(lease => IdOf(lease) == "parked"), "bad");

        var reports = await InsertAsync("ready", "leased", "parked", "new");

        Assert.Equal(new InsertedBatch(Queued: 1, AlreadyQueued: 3), Assert.Single(reports.All));
    }

    [Fact]
    public async Task An_acknowledged_id_may_be_queued_again()
    {
        await using var queue = Open();
        await InsertAsync("a");
        await queue.AcknowledgeAsync(await queue.LeaseAsync(1, LongLease, Cancelled));

        Assert.Equal(1, (await InsertAsync("a")).All.Sum(report => report.Queued));
    }

    [Fact]
    public async Task One_id_may_be_queued_for_two_tasks()
    {
        await using var queue = Open();
        await InsertAsync("a");

        var reports = new Reports();
        await queue.InsertAsync([Message("a") with { Task = "other" }], reports, Cancelled);

        Assert.Equal(1, Assert.Single(reports.All).Queued);
    }

    [Fact]
    public async Task Two_inserters_at_once_queue_the_union_of_their_ids()
    {
        await using var one = Open();
        await using var two = Open();
        string[] first = [.. Enumerable.Range(0, 3000).Select(i => $"{i}")];
        string[] second = [.. Enumerable.Range(1500, 3000).Select(i => $"{i}")];

        var reports = await Task.WhenAll(InsertAsync(one, first), InsertAsync(two, second));

        Assert.Equal(4500, reports.SelectMany(report => report.All).Sum(report => report.Queued));
        Assert.Equal(4500, (await one.CountAsync(Cancelled)).Ready);
    }

    [Fact]
    public async Task Only_its_owner_may_read_the_file()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no file mode.");
        await using var queue = Open();

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_folder["queue"]));
    }

    [Fact]
    public async Task A_failing_source_leaves_the_confirmed_batches_queued_and_nothing_else()
    {
        await using var queue = Open();
        var reports = new Reports();

        await Assert.ThrowsAsync<InvalidDataException>(() => queue.InsertAsync(Failing(), reports, Cancelled));

        Assert.Equal(reports.All.Sum(report => report.Queued), (await queue.CountAsync(Cancelled)).Ready);
        Assert.NotEmpty(reports.All);

        static IEnumerable<QueuedMessage> Failing()
        {
            for (var i = 0; i < 60_000; i++)
                yield return Message($"{i}");
            throw new InvalidDataException();
        }
    }
}
