using TaskQueue.Contracts;
using TaskQueue.Reports.Runs;
using TaskQueue.Tests.Servers;
using TaskQueue.Tests.Worker;

namespace TaskQueue.Tests.Runs;

/// <summary>What status says of each run, held against what its tasks have written down themselves.</summary>
public sealed class RunCountTests(Emulators emulators, RabbitServer rabbit, ITestOutputHelper output) : TestsOnAllQueues(emulators, rabbit)
{
    private const int Rows = 150;
    private const int Samples = 50;

    /// <summary>On a machine that has other work.</summary>
    private const int FewestSamples = 10;

    /// <summary>Tasks that ended and are on their way to their record: two slots of two workers, and one group of each journal.</summary>
    private const int OnTheirWay = 24;

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Each_term_of_each_run_agrees_with_the_ledger_of_its_tasks(string kind)
    {
        using var project = await CreateAsync(kind, "WORKER_CONCURRENCY=2", "TQ_MAX_ATTEMPTS=1");
        var (first, second) = (RowsOf("a").ToList(), RowsOf("b").ToList());
        Assert.Equal(0, (await project.InsertRunAsync("first", first)).Code);
        Assert.Equal(0, (await project.InsertRunAsync("second", second, "--task", LedgerProject.OtherTaskName)).Code);
        Assert.Equal((RunState.Pending, Rows, 0L), Of(await project.CountRunAsync("first")));

        var workers = Enumerable.Range(0, 2).Select(_ => project.StartWorker("--exit-when-empty")).ToList();
        var running = Task.WhenAll(workers.Select(worker => worker.WaitAsync()));
        await workers[0].NextLineAsync();
        var sample = 0;
        for (; sample < Samples && !running.IsCompleted; sample++)
            foreach (var (run, prefix) in (IEnumerable<(string, string)>)[("first", "a"), ("second", "b")])
            {
                var before = Ledger.Read(project, prefix);
                var counts = await project.CountRunAsync(run);
                var after = Ledger.Read(project, prefix);
                Assert.InRange(counts.Done, before.Done - OnTheirWay, after.Done);
                Assert.InRange(counts.Failed, before.Failed - OnTheirWay, after.Failed);
                Assert.Equal(Rows, counts.Queued + counts.Running + counts.Done + counts.Failed + counts.Missing);
                if (kind == "fq")
                    Assert.InRange(counts.Queued, 0, Rows - before.Started);
            }
        output.WriteLine($"{sample} samples while tasks ran");
        Assert.InRange(sample, FewestSamples, Samples);
        Assert.All(await running, code => Assert.Equal(0, code));

        foreach (var run in (string[])["first", "second"])
        {
            var end = await project.CountRunAsync(run);
            Assert.Equal((RunState.Finished, 0L, 0L), Of(end));
            Assert.Equal((Rows - 10, 10, 0), (end.Done, end.Failed, end.Missing));
        }
    }

    [Theory]
    [MemberData(nameof(FileOrKinds))]
    public async Task Rows_whose_messages_are_gone_are_missing_and_come_back_with_the_same_insert(string kind)
    {
        using var project = await CreateAsync(kind);
        var rows = LedgerRow.Many(20).ToList();
        await project.InsertRunAsync("lost", rows);
        await project.StartWorker("--max-tasks", "5").WaitAsync();
        await project.RunVerbAsync("purge", "--yes");
        await project.AssertCountsAsync(default);

        using var status = project.StartVerb("status", "--run", "lost", "--json");
        Assert.Equal(15, (await status.JsonAsync()).GetProperty("missing").GetInt32());

        Assert.Equal(0, (await project.InsertRunAsync("lost", rows)).Code);
        await project.WorkOffAsync();
        var end = await project.CountRunAsync("lost");
        Assert.Equal((RunState.Finished, 20, 0), (end.State, end.Done, end.Missing));
        Assert.Equal(20, project.Starts().Count());
    }

    private static IEnumerable<LedgerRow> RowsOf(string prefix) => Enumerable.Range(0, Rows)
        .Select(i => i % 15 == 7 ? new LedgerRow($"{prefix}{i}", "throw") : new LedgerRow($"{prefix}{i}", "wait", 80));

    private static (RunState State, long Queued, long Running) Of(RunCounts counts) => (counts.State, counts.Queued, counts.Running);

    /// <summary>What the tasks of one run have written so far.</summary>
    private sealed record Ledger(int Started, int Done, int Failed)
    {
        public static Ledger Read(LedgerProject project, string prefix)
        {
            var lines = project.ReadLedgers().Where(line => line.Id.StartsWith(prefix, StringComparison.Ordinal)).ToLookup(line => line.Act);
            return new(lines["start"].Count(), lines["done"].Count(), lines["failed"].Count());
        }
    }
}
