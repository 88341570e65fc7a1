using TaskQueue.Reports.History;
using TaskQueue.Tests.Commands;

namespace TaskQueue.Tests.Reports.History;

/// <summary>What is said to have limited a run follows from its numbers.</summary>
public sealed class RunLimitsTests
{
    [Fact]
    public void Slots_that_work_all_the_time_are_too_few() =>
        Assert.Equal(
            "Too few workers: the 4 slots worked 95 % of their time, so with twice as many the run takes about half of 1 min 40 s.",
            Assert.Single(RunLimits.Explain(Course(running: 3.8, slots: 4))));

    [Fact]
    public void Slots_that_wait_between_tasks_wait_for_queue_or_store() =>
        Assert.Equal(
            "A slow queue or store, or none of the tasks ready: the slots waited 50 % of their time between tasks, 200 ms for each.",
            Assert.Single(RunLimits.Explain(Course(running: 2, slots: 4))));

    [Fact]
    public void Few_slots_at_work_for_long_at_the_end_are_a_tail()
    {
        var sentence = Assert.Single(RunLimits.Explain(Course(running: 3, slots: 4, tail: 40)));

        Assert.StartsWith("A long tail: in the last 40 s of 1 min 40 s, ", sentence, StringComparison.Ordinal);
        Assert.EndsWith("The longest task took 40 s, 20 times the median.", sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void Attempts_that_failed_are_counted_against_all() =>
        Assert.Equal(
            "Retries: 500 of 1,500 attempts failed (33 %).", Assert.Single(RunLimits.Explain(Course(running: 3.1, slots: 4) with { FailedAttempts = 500 })));

    [Fact]
    public void Time_without_a_worker_is_named() =>
        Assert.Equal("For 30 s of 1 min 40 s no worker was there.", RunLimits.Explain(Course(running: 3.1, slots: 4, gap: 30))[0]);

    [Fact]
    public void Nothing_is_said_before_anything_has_ended_and_nothing_stands_out_where_nothing_does()
    {
        Assert.Equal("Nothing stands out: the 4 slots worked 78 % of their time.", Assert.Single(RunLimits.Explain(Course(running: 3.1, slots: 4))));
        Assert.Empty(RunLimits.Explain(Course(running: 3, slots: 4) with { FirstStart = null, LastEnd = null }));
    }

    /// <summary>100 s in bins of a second.</summary>
    private static RunCourse Course(double running, double slots, int tail = 0, int gap = 0)
    {
        double[] there = [.. Enumerable.Range(0, 100).Select(bin => bin >= 50 && bin < 50 + gap ? 0 : slots)];
        double[] work = [.. there.Select((all, bin) => all == 0 ? 0 : bin >= 100 - tail ? 1 : running)];
        return new()
        {
            Run = "r",
            From = TestRecords.Noon,
            BinSeconds = 1,
            FirstStart = TestRecords.Noon,
            LastEnd = TestRecords.Noon.AddSeconds(100),
            Done = 1000,
            DoneBefore = 0,
            Failed = 0,
            Retrying = 0,
            FailedAttempts = 0,
            DoneByBin = new double[100],
            RetriedByBin = new double[100],
            FailedByBin = new double[100],
            RunningByBin = work,
            SlotsByBin = there,
            CoresByBin = new double[100],
            MegabytesByBin = new double[100],
            Durations = new([1, 2], [1000], 1000, 2, 1, 2, 2, 2, 40),
            Attempts = [1000],
            Slowest = [],
            WorkSeconds = work.Sum(),
            SlotSeconds = there.Sum(),
            Workers = [],
            WorkersLeftOut = 0,
            Map = null,
            DamagedLines = 0,
            FailedUnread = 0,
        };
    }
}
