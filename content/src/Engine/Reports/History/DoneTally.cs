using TaskQueue.Collections;
using TaskQueue.Records;
using TaskQueue.Records.Journals;
using TaskQueue.Reports.Results;

namespace TaskQueue.Reports.History;

/// <summary>Adds up what the lines of a run's journals tell, each id once, and keeps no row.</summary>
/// <param name="earliest">Times before it are a wrong clock's: they are not shown.</param>
/// <param name="clock">Times of the future are not shown either.</param>
internal sealed class DoneTally(DateTimeOffset earliest, TimeProvider clock)
{
    /// <summary>Attempts that are told apart.</summary>
    public const int MostAttempts = 10;

    /// <summary>Rows that are listed as the slowest.</summary>
    public const int MostSlow = 20;

    /// <summary>Workers that are told apart: a lane takes up to 4 KB.</summary>
    private const int MostLanes = 2000;

    /// <summary>Rows that show whether rows have bounds.</summary>
    private const int RowsForBounds = 1000;

    private static readonly TimeSpan ClockError = TimeSpan.FromHours(1);

    private readonly FingerprintSet _ids = new();
    private readonly PriorityQueue<SlowTask, double> _slowest = new();

    public Dictionary<string, LaneTally> Lanes { get; } = [];

    public TimeBins Ends { get; } = new();

    public TimeBins Retried { get; } = new();

    public TimeBins Running { get; } = new();

    public DurationBins Durations { get; } = new();

    public ShapeBins Shapes { get; } = new();

    public long[] Attempts { get; } = new long[MostAttempts];

    public long Done => _ids.Count;

    public long Before { get; private set; }

    /// <summary>Attempts that failed before a row was done.</summary>
    public long FailedAttempts { get; private set; }

    public double WorkSeconds { get; private set; }

    public long WithoutBounds { get; private set; }

    /// <summary>The first start and the last end; null before a row is done.</summary>
    public (DateTimeOffset First, DateTimeOffset Last)? Span { get; private set; }

    public IEnumerable<SlowTask> Slowest => _slowest.UnorderedItems.Select(item => item.Element).OrderByDescending(task => task.Seconds);

    public bool Contains(string id) => _ids.Contains(TaskKey.ToUtf8(id));

    /// <param name="line">Whole.</param>
    public void Add(ReadOnlySpan<byte> line)
    {
        var hasResult = JournalLine.TryReadId(line, out var id);
        if (!_ids.Add(id))
            return;
        if (hasResult)
            Add(JournalLine.Read(line));
        else
            Before++;
    }

    /// <summary>Whether a time can be shown.</summary>
    public bool IsPlausible(DateTimeOffset time) => time >= earliest - ClockError && time <= clock.GetUtcNow() + ClockError;

    private void Add(DoneRecord record)
    {
        Attempts[Math.Clamp(record.Attempt, 1, MostAttempts) - 1]++;
        FailedAttempts += Math.Max(0, record.Attempt - 1);
        var seconds = Math.Max(0, (record.Finished - record.Started).TotalSeconds);
        Durations.Add(seconds);
        WorkSeconds += seconds;
        if (_slowest.Count < MostSlow)
            _slowest.Enqueue(new(record.Id, seconds, record.Worker, record.Attempt), seconds);
        else if (_slowest.TryPeek(out _, out var least) && seconds > least)
            _slowest.DequeueEnqueue(new(record.Id, seconds, record.Worker, record.Attempt), seconds);
        AddPlace(record);
        if (IsPlausible(record.Started) && IsPlausible(record.Finished))
            AddTimes(record);
    }

    private void AddTimes(DoneRecord record)
    {
        Span = Span is var (first, last)
            ? (record.Started < first ? record.Started : first, record.Finished > last ? record.Finished : last)
            : (record.Started, record.Finished);
        Ends.Add(record.Finished, 1);
        if (record.Attempt > 1)
            Retried.Add(record.Finished, 1);
        Running.AddSeconds(record.Started, record.Finished);
        if (!Lanes.TryGetValue(record.Worker, out var lane) && Lanes.Count < MostLanes)
            Lanes[record.Worker] = lane = new LaneTally();
        lane?.Add(record.Started, record.Finished, record.PeakMemoryBytes);
    }

    private void AddPlace(DoneRecord record)
    {
        // To look for bounds takes as long as all the rest.
        if (WithoutBounds >= RowsForBounds && WithoutBounds == Done - Before - 1)
            WithoutBounds++;
        else if (ResultBounds.Find(ResultRow.Of(record)) is { } place)
            Shapes.Add(place.Ring, EndState.Done);
        else
            WithoutBounds++;
    }
}
