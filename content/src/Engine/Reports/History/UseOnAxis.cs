using TaskQueue.Records;

namespace TaskQueue.Reports.History;

/// <summary>CPU and memory of workers by the bins of an axis.</summary>
internal sealed class UseOnAxis(TimeAxis axis)
{
    private const int Digits = 2;

    private readonly double[] _coreSeconds = new double[axis.Count];

    /// <summary>CPUs that they used together, as a mean.</summary>
    public double[] Cores => [.. _coreSeconds.Select(seconds => Math.Round(seconds / axis.Seconds, Digits))];

    /// <summary>Memory of the largest of them in 10^6 bytes.</summary>
    public double[] Megabytes { get; } = new double[axis.Count];

    public void Add(WorkerRecord worker)
    {
        if (worker.Samples is not { } samples)
            return;
        for (var i = 1; i < Math.Min(samples.Seconds.Count, Math.Min(samples.CpuSeconds.Count, samples.Megabytes.Count)); i++)
        {
            var (from, until) = (worker.Started.AddSeconds(samples.Seconds[i - 1]), worker.Started.AddSeconds(samples.Seconds[i]));
            if (until > from)
                Add(from, until, (samples.CpuSeconds[i] - samples.CpuSeconds[i - 1]) / (until - from).TotalSeconds, samples.Megabytes[i]);
        }
    }

    private void Add(DateTimeOffset from, DateTimeOffset until, double cores, double megabytes)
    {
        var (start, end) = (from < axis.From ? axis.From : from, until > axis.Until ? axis.Until : until);
        for (var bin = (int)((start.UtcTicks / Math.Max(1, axis.Width)) - axis.First); start < end; bin++)
        {
            var next = axis.StartOf(bin + 1) < end ? axis.StartOf(bin + 1) : end;
            _coreSeconds[bin] += Math.Max(0, cores) * (next - start).TotalSeconds;
            Megabytes[bin] = Math.Max(Megabytes[bin], megabytes);
            start = next;
        }
    }
}
