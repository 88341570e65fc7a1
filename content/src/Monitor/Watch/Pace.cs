using TaskQueue.Reports.History;
using TaskQueue.Reports.Runs;

namespace TaskQueue.Monitor.Watch;

/// <summary>How fast a run goes, and until when it may go on.</summary>
/// <param name="PerSecond">Rows done a second, lately.</param>
/// <param name="ShortestSeconds">Seconds until nothing is left, at the fastest likely pace; null when no pace is known.</param>
/// <param name="LongestSeconds">The same at the slowest likely pace.</param>
internal sealed record Pace(double PerSecond, double? ShortestSeconds, double? LongestSeconds)
{
    /// <summary>Lately: the last bins, and at least a minute of them.</summary>
    private const int LeastBins = 6;
    private const double LeastSeconds = 60;

    /// <summary>No forecast is better than a tenth.</summary>
    private const double LeastSpread = 0.1;

    /// <summary>The worst is no slower than a third of the mean: beyond that, a number says nothing.</summary>
    private const double MostSpread = 2 / 3.0;

    public static Pace Of(Status status, RunCourse course, DateTimeOffset now)
    {
        var rates = Rates(course, now);
        var mean = rates.Count > 0 ? rates.Average() : status.TasksPerSecond;
        var left = status.Queued + status.Running;
        if (left == 0)
            return new(mean, 0, 0);
        if (mean <= 0 || status.Workers.All(worker => worker.IsSilent))
            return new(status.Workers.Count > 0 ? mean : 0, null, null);

        // Two standard errors of the mean.
        var error = rates.Count > 1 ? 2 * Math.Sqrt(rates.Sum(rate => (rate - mean) * (rate - mean)) / (rates.Count - 1) / rates.Count) / mean : MostSpread;
        var spread = Math.Clamp(error, LeastSpread, MostSpread);
        return new(mean, left / (mean * (1 + spread)), left / (mean * (1 - spread)));
    }

    /// <summary>Of whole bins: the last one is still going on.</summary>
    private static List<double> Rates(RunCourse course, DateTimeOffset now)
    {
        var whole = Math.Max(0, (int)((now - course.From).TotalSeconds / course.BinSeconds));
        var wanted = Math.Max(LeastBins, (int)Math.Ceiling(LeastSeconds / course.BinSeconds));
        // After the last bin that has something, nothing ended.
        return [.. Enumerable.Range(Math.Max(0, whole - wanted), Math.Min(whole, wanted))
            .Select(bin => bin < course.DoneByBin.Count ? course.DoneByBin[bin] / course.BinSeconds : 0)];
    }
}
