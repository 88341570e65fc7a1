using System.Globalization;
using TaskQueue.Reports.History;

namespace TaskQueue.Reports.Pages;

/// <summary>The charts of a course.</summary>
internal sealed class CourseCharts(RunCourse course)
{
    private readonly CourseAxis _axis = new(course);
    private readonly IReadOnlyList<(double At, string Text)> _ticks = new CourseAxis(course).Ticks();

    /// <summary>Rows that ended, by how they did.</summary>
    public Markup Throughput()
    {
        var first = course.DoneByBin.Zip(course.RetriedByBin, (all, retried) => all - retried).ToList();
        List<Series> series = [new("done", "work", first)];
        if (course.RetriedByBin.Sum() > 0)
            series.Add(new("done after a retry", "retry", course.RetriedByBin));
        if (course.FailedByBin.Sum() > 0)
            series.Add(new("failed", "fail", course.FailedByBin));
        var best = course.DoneByBin.Max() / course.BinSeconds;
        return Chart.Draw(
            "Rows that ended", $"Rows that ended over time: at best {Rate(best)}.", series, _ticks, top => Rate(top / course.BinSeconds),
            _axis.Table(
                ("done", bins => Whole(bins.Sum(bin => course.DoneByBin[bin]))), ("of these after a retry", bins => Whole(bins.Sum(bin => course.RetriedByBin[bin]))),
                ("failed", bins => Whole(bins.Sum(bin => course.FailedByBin[bin])))));
    }

    /// <summary>Slots that worked, and those that were there.</summary>
    public Markup Work() => Chart.Draw(
        "Slots at work",
        $"Slots at work over time: they worked {Share(course.WorkSeconds, course.SlotSeconds)} of the time that they were there, and waited the rest.",
        [new("working", "work", course.RunningByBin), new("there", "slots", course.SlotsByBin, IsLine: true)], _ticks, top => top == 1 ? "1 slot" : $"{One(top)} slots",
        _axis.Table(
            ("working", bins => One(bins.Average(bin => course.RunningByBin[bin]))), ("there", bins => One(bins.Average(bin => course.SlotsByBin[bin])))));

    public Markup Cpu() => Use("CPUs, all workers together", course.CoresByBin, top => top == 1 ? "1 CPU" : $"{One(top)} CPUs", One);

    public Markup Memory() => Use("Memory of the largest worker", course.MegabytesByBin, top => $"{Whole(top)} MB", Whole);

    public Markup Durations()
    {
        var times = course.Durations;
        var (first, last) = (Math.Log10(times.Edges[0]), Math.Log10(times.Edges[^1]));
        var marks = Enumerable.Range(-3, 11).SelectMany(power => (double[])[1, 2, 5], (power, digit) => digit * Math.Pow(10, power)).ToList();
        // Of more than a decade or two, the powers of ten alone.
        var step = last - first > 2 ? 3 : 1;
        List<(double At, string Text)> ticks =
        [
            .. marks.Where((_, i) => i % step == 0).Select(mark => (At: (Math.Log10(mark) - first) / (last - first), Text: Counted.Seconds(mark)))
                .Where(tick => tick.At is >= -1e-9 and <= 1 + 1e-9),
        ];
        var rows = times.Counts.Select((count, i) => (IReadOnlyList<string>)[Counted.Seconds(times.Edges[i]), Counted.Seconds(times.Edges[i + 1]), Whole(count)]);
        return Chart.Draw(
            "Rows by the time they took", $"Durations: median {Counted.Seconds(times.Median)}, 90 % within {Counted.Seconds(times.P90)}, longest {Counted.Seconds(times.Longest)}.",
            [new("rows", "work", [.. times.Counts.Select(count => (double)count)])], ticks, top => Counted.Rows((long)top),
            Chart.Table(["from", "to", "rows"], [.. rows]));
    }

    public static string Share(double part, double whole) => string.Create(CultureInfo.InvariantCulture, $"{(whole > 0 ? Math.Min(1, part / whole) : 0) * 100:0} %");

    /// <summary>In words that fit the size.</summary>
    public static string Rate(double perSecond) => perSecond switch
    {
        >= 10 => $"{Whole(perSecond)}/s",
        >= 1 => string.Create(CultureInfo.InvariantCulture, $"{perSecond:0.#}/s"),
        >= 1.0 / 60 => string.Create(CultureInfo.InvariantCulture, $"{perSecond * 60:0.#}/min"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{perSecond * 3600:0.#}/h"),
    };

    private Markup Use(string title, IReadOnlyList<double> values, Func<double, string> top, Func<double, string> cell) => Chart.Draw(
        title, $"{title} over time: at most {top(values.Max())}.", [new(title, "work", values)], _ticks, top,
        _axis.Table(("at most", bins => cell(bins.Max(bin => values[bin])))));

    private static string Whole(double number) => Counted.Number((long)Math.Round(number));

    private static string One(double number) => number.ToString("0.#", CultureInfo.InvariantCulture);
}
