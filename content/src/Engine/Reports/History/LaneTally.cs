namespace TaskQueue.Reports.History;

/// <summary>What one worker did for the run, as its lines tell.</summary>
internal sealed class LaneTally
{
    /// <summary>Seconds of its attempts.</summary>
    public TimeBins Busy { get; } = new();

    public long Done { get; private set; }

    public double WorkSeconds { get; private set; }

    public long PeakMemoryBytes { get; private set; }

    public DateTimeOffset First { get; private set; } = DateTimeOffset.MaxValue;

    public DateTimeOffset Last { get; private set; } = DateTimeOffset.MinValue;

    public void Add(DateTimeOffset started, DateTimeOffset finished, long peakMemoryBytes)
    {
        Done++;
        Busy.AddSeconds(started, finished);
        WorkSeconds += (finished - started).TotalSeconds;
        PeakMemoryBytes = Math.Max(PeakMemoryBytes, peakMemoryBytes);
        (First, Last) = (started < First ? started : First, finished > Last ? finished : Last);
    }
}
