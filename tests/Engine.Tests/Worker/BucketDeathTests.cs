using TaskQueue.Tests.Servers;
using static TaskQueue.Tests.Worker.BucketMoment;

namespace TaskQueue.Tests.Worker;

/// <summary>Workers whose bucket sees them die inside a request: while a group is uploaded, and while small objects are merged.</summary>
public sealed class BucketDeathTests(RabbitServer rabbit, Emulators emulators)
{
    private const int Slots = 8;

    /// <summary>More than one merged object holds.</summary>
    private const int Rows = 400;

    /// <summary>Rows that end while a group gathers for 100 ms and is written, and on a busy machine while its death takes effect.</summary>
    private const int MostInGroup = 100;

    /// <summary>Each moment, and on each kind of queue an upload and a merge.</summary>
    public static TheoryData<string, BucketMoment> Deaths => new()
    {
        { "sqs", GroupUnanswered },
        { "sqs", PartlyDeleted },
        { "amqp", GroupUnanswered },
        { "amqp", MergeHalfSent },
        { "fq", GroupHalfSent },
        { "fq", MergeUnanswered },
    };

    [Theory]
    [MemberData(nameof(Deaths))]
    public async Task A_death_inside_a_request_to_the_bucket_loses_nothing_and_repeats_only_rows_without_a_line(string kind, BucketMoment moment)
    {
        await using var bucket = await DeadlyBucket.StartAsync(await emulators.FauxqsAsync(), moment);
        var queue = await QueueOfKind.CreateAsync(kind, rabbit, emulators);
        string[] settings = [.. queue.Settings, .. bucket.Settings, $"WORKER_CONCURRENCY={Slots}", "TQ_LEASE_SECONDS=2"];
        using var project = new LedgerProject([.. settings.Distinct()]) { OtherQueue = queue.Open, OtherStore = bucket.Store };
        var rows = LedgerRow.Many(Rows, "wait", 10).ToList();
        await project.InsertAsync(rows);

        var victim = project.StartWorker();
        bucket.Kill(victim);
        Assert.Equal(137, await victim.WaitAsync());

        var written = (await project.DoneAsync()).Select(record => record.Id).ToHashSet();
        var left = await project.CountAsync();
        Assert.InRange(written.Count, Rows - left.Ready - left.Leased, Rows - 1);
        var started = project.Starts().ToHashSet();
        var unwritten = started.Except(written).ToList();
        Assert.InRange(unwritten.Count, 0, Slots + MostInGroup);

        await project.WorkOffAsync();

        await new LedgerJudge(project, rows.Select(row => row.Id)) { MostRepeats = unwritten.Count }.JudgeAsync();
        var repeats = project.Starts().GroupBy(id => id).Where(starts => starts.Count() > 1).Select(starts => starts.Key);
        Assert.Empty(repeats.Except(unwritten));
    }
}
