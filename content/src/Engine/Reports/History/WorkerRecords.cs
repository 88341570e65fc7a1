using TaskQueue.Records;
using TaskQueue.Records.Runs;

namespace TaskQueue.Reports.History;

/// <summary>Follows the records of the workers that have met a run: they are listed at each look, and those that can have changed are read.</summary>
internal sealed class WorkerRecords(RecordStore records, RunRecord run, TimeProvider clock)
{
    /// <summary>A worker that was silent for so long comes back from a sleep at most: it is looked at now and then.</summary>
    private static readonly TimeSpan SilentPause = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan Forgotten = TimeSpan.FromDays(1);

    /// <summary>By key, when a record is read next.</summary>
    private readonly Dictionary<string, DateTimeOffset> _next = [];

    /// <summary>By name, those that have met the run.</summary>
    private readonly Dictionary<string, WorkerRecord> _ofRun = [];

    public IReadOnlyDictionary<string, WorkerRecord> OfRun => _ofRun;

    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        await foreach (var worker in records.ReadWorkersAsync(key => !_next.TryGetValue(key, out var next) || next <= now, cancellationToken))
        {
            _next[TaskKey.Of(worker.Worker)] = worker.IsAlive(now) ? now
                : worker.Stopped is not null || now - worker.Updated > Forgotten ? DateTimeOffset.MaxValue
                : now + SilentPause;
            if (worker.Runs.Any(known => known.Run == run.Run) || worker.Journals.Any(known => known.Run == run.Run))
                _ofRun[worker.Worker] = worker with { Runs = [], Journals = [] };
        }
    }
}
