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

    /// <summary>Whether a worker died between a copy of a failed row on a broker and the acknowledgement: then there are two.</summary>
    public bool MayParkTwice { get; init; }

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
        var parked = (await project.CountAsync()).Parked;
        var mayBeCopies = MayParkTwice && parked > Poison.Count && parked <= 2 * Poison.Count;
        await project.AssertCountsAsync(new QueueCounts(0, 0, mayBeCopies ? parked : Poison.Count));
    }

    private void RepeatsAreFewAndNeverAtOnce()
    {
        var starts = project.Starts().Where(id => !Poison.Contains(id)).ToList();
        Assert.InRange(starts.Count - (_accepted.Count - Poison.Count), 0, MostRepeats);
        if (MayOverlap)
            return;

        var all = project.ReadLedgers().ToList();
        var lastSigns = all.GroupBy(line => line.Ledger).ToDictionary(ledger => ledger.Key, ledger => ledger.Max(line => line.Time));
        foreach (var id in all.GroupBy(line => line.Id))
        {
            var executions = id.Where(line => line.Act == "start")
                .Select(start => (Start: start.Time, End: EndOf(start, id) ?? lastSigns[start.Ledger])).OrderBy(execution => execution.Start).ToList();
            Assert.All(executions.Zip(executions.Skip(1)), pair => Assert.True(pair.First.End <= pair.Second.Start, $"{id.Key} ran twice at once"));
        }
    }

    private async Task ResultsAreWholeAsync() =>
        Assert.All(await project.DoneAsync(), record => Assert.Equal($"result of {record.Id}", record.Result.GetString()));

    private void AttemptsAreBounded() =>
        Assert.All(project.ReadLedgers(), line => Assert.InRange(line.Attempt, 1, MostAttempts));

    private async Task SecretsAreKeptAsync()
    {
        Assert.DoesNotContain(project.Canary, await project.ErrorsAsync(), StringComparison.Ordinal);
        Assert.All(await project.ReadStoreAsync(), text => Assert.DoesNotContain(project.Canary, text, StringComparison.Ordinal));
    }

    /// <returns>Null for an execution that its process did not survive: it lasted until that gave its last sign, or longer.</returns>
    private static long? EndOf(LedgerLine start, IEnumerable<LedgerLine> lines)
    {
        var later = lines.Where(line => line.Ledger == start.Ledger && line.Time >= start.Time).SkipWhile(line => line != start).Skip(1);
        return later.FirstOrDefault() is { Act: not "start" } end ? end.Time : null;
    }
}
