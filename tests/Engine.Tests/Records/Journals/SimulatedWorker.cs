using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using TaskQueue.Records;
using TaskQueue.Records.Journals;
using TaskQueue.Storage;

namespace TaskQueue.Tests.Records.Journals;

/// <summary>Records rows that end at a steady pace, by a clock of its own that nobody waits for.</summary>
/// <param name="store">Where to.</param>
/// <param name="name">No other worker's.</param>
/// <param name="pace">The time from one end of a row to the next.</param>
/// <param name="held">So many rows wait for their record at the most.</param>
internal sealed class SimulatedWorker(IObjectStore store, string name, TimeSpan pace, int held)
{
    public const string TaskName = "Vegetation";

    /// <summary>Longer than any group gathers.</summary>
    private static readonly TimeSpan End = TimeSpan.FromSeconds(1);

    private static readonly JsonElement Parameters =
        JsonElement.Parse("""{"root_id":864691135000000001,"cloudpath":"s3://vegetation/2026","x":512,"y":1024}""");

    private static readonly JsonElement Result = JsonElement.Parse("""{"share":0.4375,"pixels":65536}""");

    private readonly PacedClock _clock = new();
    private readonly List<Task> _waiting = [];

    /// <param name="first">The number of its first row.</param>
    /// <param name="rows">How many.</param>
    public async Task RunAsync(long first, int rows)
    {
        var journal = new JournalWriter(store, name, held, _clock);
        for (var row = first; row < first + rows; row++)
        {
            _clock.Advance(pace);
            if (_clock.HasFired)
                await WhenWrittenAsync();
            _waiting.Add(journal.AddAsync(Done(row)));
            if (_waiting.Count >= Math.Min(held, RunJournal.MergedRows) || await IsWrittenAtOnceAsync())
                await WhenWrittenAsync();
        }
        _clock.Advance(End);
        await journal.CompleteAsync();
    }

    /// <returns>False when the journal lets the row wait for more of them.</returns>
    private async Task<bool> IsWrittenAtOnceAsync()
    {
        await Task.WhenAny(_waiting[^1], _clock.WhenAwaited);
        return _waiting[^1].IsCompleted;
    }

    private async Task WhenWrittenAsync()
    {
        await Task.WhenAll(_waiting);
        _waiting.Clear();
        _clock.Forget();
    }

    private DoneRecord Done(long row) => new()
    {
        Id = (864691135000000000 + row).ToString(CultureInfo.InvariantCulture),
        Row = row,
        Task = TaskName,
        Run = "20261125-120000-3f9a",
        Parameters = Parameters,
        Result = Result,
        Started = _clock.GetUtcNow() - pace,
        Finished = _clock.GetUtcNow(),
        Attempt = 1,
        Worker = name,
        Build = "1.0.0+0123456789",
        PeakMemoryBytes = 123456789,
    };

    /// <summary>Says when somebody waits for it, and when that wait is over.</summary>
    private sealed class PacedClock : FakeTimeProvider
    {
        private readonly Lock _turn = new();
        private TaskCompletionSource _awaited = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private DateTimeOffset? _due;

        public Task WhenAwaited
        {
            get
            {
                lock (_turn)
                    return _awaited.Task;
            }
        }

        public bool HasFired
        {
            get
            {
                lock (_turn)
                    return _due <= GetUtcNow();
            }
        }

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = base.CreateTimer(callback, state, dueTime, period);
            lock (_turn)
            {
                _due = GetUtcNow() + dueTime;
                _awaited.TrySetResult();
            }
            return timer;
        }

        public void Forget()
        {
            lock (_turn)
            {
                _due = null;
                _awaited = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }
    }
}
