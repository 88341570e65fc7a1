using TaskQueue.Queues;

namespace TaskQueue.Tests.Worker;

/// <summary>Judges what a run left behind: its records, its queue, and the ledgers of every process that worked.</summary>
/// <param name="project">Whose workers have ended.</param>
/// <param name="accepted">The ids that were queued.</param>
internal sealed class LedgerJudge(LedgerProject project, IEnumerable<string> accepted)
{
    private readonly HashSet<string> _accepted = [.. accepted];

    /// <summary>Executions beyond one for each id.</summary>
    public int MostRepeats { get; init; }

    public int MostAttempts { get; init; } = 5;

    /// <summary>The ids that can only fail.</summary>
    public IReadOnlyCollection<string> Poison { get; init; } = [];

    /// <summary>Whether a lease was broken on purpose, so that two may have worked on one task.</summary>
    public bool MayOverlap { get; init; }

    public async Task JudgeAsync()
    {
        await NothingIsLostAndNothingInventedAsync();
        RepeatsAreFewAndNeverAtOnce();
        await ResultsAreWholeAsync();
        AttemptsAreBounded();
        await SecretsAreKeptAsync();
    }

    private async Task NothingIsLostAndNothingInventedAsync()
    {
        var done = (await project.DoneAsync()).Select(record => record.Id).Order(StringComparer.Ordinal);
        Assert.Equal(_accepted.Except(Poison).Order(StringComparer.Ordinal), done);
        var failed = (await project.FailedAsync()).ToDictionary(record => record.Id);
        Assert.Equal(Poison.Order(StringComparer.Ordinal), failed.Keys.Order(StringComparer.Ordinal));
        Assert.All(failed.Values, record => Assert.True(record.Parked && record.Message.Length > 0, $"{record.Id} is not parked"));
        await project.AssertCountsAsync(new QueueCounts(0, 0, Poison.Count));
    }

    private void RepeatsAreFewAndNeverAtOnce()
    {
        var starts = project.Starts().Where(id => !Poison.Contains(id)).ToList();
        Assert.InRange(starts.Count - (_accepted.Count - Poison.Count), 0, MostRepeats);
        if (MayOverlap)
            return;

        foreach (var id in project.ReadLedgers().GroupBy(line => line.Id))
        {
            // Of an execution without an end, its process is dead: nobody else can be beside it.
            var ended = id.Where(line => line.Act != "start");
            var executions = ended.Select(end => (Start: StartOf(end, id), End: end.Time)).OrderBy(execution => execution.Start).ToList();
            Assert.All(executions.Zip(executions.Skip(1)), pair => Assert.True(pair.First.End <= pair.Second.Start, $"{id.Key} ran twice at once"));
        }
    }

    private async Task ResultsAreWholeAsync()
    {
        Assert.All(await project.DoneAsync(), record => Assert.Equal($"result of {record.Id}", record.Result.GetString()));
        var files = Directory.EnumerateFiles(project["output/.dltaskqueue/done"], "*", SearchOption.AllDirectories).Select(Path.GetFileName).ToList();
        Assert.All(files.Where(name => !name!.StartsWith('.')), name => Assert.EndsWith(".json", name, StringComparison.Ordinal));
    }

    private void AttemptsAreBounded() =>
        Assert.All(project.ReadLedgers(), line => Assert.InRange(line.Attempt, 1, MostAttempts));

    private async Task SecretsAreKeptAsync()
    {
        Assert.DoesNotContain(project.Canary, await project.ErrorsAsync(), StringComparison.Ordinal);
        foreach (var file in Directory.EnumerateFiles(project["output"], "*", SearchOption.AllDirectories))
            Assert.DoesNotContain(project.Canary, await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    private static long StartOf(LedgerLine end, IEnumerable<LedgerLine> lines) =>
        lines.Last(line => line.Act == "start" && line.Ledger == end.Ledger && line.Attempt == end.Attempt && line.Time <= end.Time).Time;
}
