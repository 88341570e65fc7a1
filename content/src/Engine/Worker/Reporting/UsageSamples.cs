using TaskQueue.Records;

namespace TaskQueue.Worker.Reporting;

/// <summary>Keeps what the process used over time, in a bounded number of samples: when they are too many, every second one goes, and from then on half as many come.</summary>
internal sealed class UsageSamples
{
    /// <summary>Samples at most.</summary>
    public const int Most = 120;

    private List<(double Second, double CpuSeconds, int Megabytes)> _samples = [];

    /// <summary>Of so many that are offered, one is kept.</summary>
    private int _every = 1;
    private int _offered;
    private int _peak;

    public WorkerSamples All => new(
        [.. _samples.Select(sample => sample.Second)], [.. _samples.Select(sample => sample.CpuSeconds)], [.. _samples.Select(sample => sample.Megabytes)]);

    public void Add(TimeSpan sinceStart, TimeSpan cpuTime, long memoryBytes)
    {
        _peak = Math.Max(_peak, (int)(memoryBytes / 1_000_000));
        if (_samples.Count > 0 && ++_offered < _every)
            return;
        _samples.Add((Math.Round(sinceStart.TotalSeconds, 1), Math.Round(cpuTime.TotalSeconds, 1), _peak));
        (_offered, _peak) = (0, 0);
        if (_samples.Count > Most)
            Thin();
    }

    /// <summary>The first and the last one stay.</summary>
    private void Thin()
    {
        _every *= 2;
        _samples =
        [
            .. _samples.Where((_, index) => index % 2 == 0)
                .Select((sample, index) => sample with { Megabytes = Math.Max(sample.Megabytes, index == 0 ? 0 : _samples[(index * 2) - 1].Megabytes) }),
        ];
    }
}
