using System.Globalization;
using TaskQueue.Reports.History;

namespace TaskQueue.Reports.Pages;

/// <summary>The words for the bins of a course: ticks below a chart, and tables.</summary>
internal sealed class CourseAxis(RunCourse course)
{
    private const int MostTicks = 6;

    /// <summary>Seconds between ticks that people count in.</summary>
    private static readonly double[] Steps =
        [0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400, 172800, 604800, 2419200];

    private int Count => course.DoneByBin.Count;

    private double Seconds => Count * course.BinSeconds;

    /// <summary>Times of the day in UTC, from 0 at the left to 1.</summary>
    public IReadOnlyList<(double At, string Text)> Ticks()
    {
        var step = Steps.FirstOrDefault(step => Seconds / step <= MostTicks, Steps[^1] * Math.Ceiling(Seconds / Steps[^1] / MostTicks));
        var ticks = (long)(step * TimeSpan.TicksPerSecond);
        var format = step < 1 ? "HH:mm:ss.f" : step < 60 ? "HH:mm:ss" : step < 86400 ? "HH:mm" : "MMM d";
        var found = new List<(double, string)>();
        for (var at = (course.From.UtcTicks + ticks - 1) / ticks * ticks; at <= course.From.UtcTicks + (Seconds * TimeSpan.TicksPerSecond); at += ticks)
            found.Add((
                (at - course.From.UtcTicks) / (Seconds * TimeSpan.TicksPerSecond),
                new DateTimeOffset(at, TimeSpan.Zero).ToString(format, CultureInfo.InvariantCulture)));
        return found;
    }

    /// <summary>A table of some bins, put together so that it stays short.</summary>
    /// <param name="columns">Names, and how the bins of one row become a cell.</param>
    public Markup Table(params (string Name, Func<IEnumerable<int>, string> Cell)[] columns)
    {
        var rows = Enumerable.Range(0, Count).Chunk(Chart.Together(Count)).Select(bins => (IReadOnlyList<string>)
        [
            TimeOf(course.From.AddSeconds(bins[0] * course.BinSeconds)), .. columns.Select(column => column.Cell(bins)),
        ]);
        return Chart.Table(["from (UTC)", .. columns.Select(column => column.Name)], [.. rows]);
    }

    public static string TimeOf(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
}
