using System.Globalization;
using System.Text;

namespace TaskQueue.Reports.Pages;

/// <summary>Draws series of numbers as SVG that fills any width: words stand beside it, in HTML.</summary>
internal static class Chart
{
    /// <summary>Units of the drawing's height.</summary>
    private const double Height = 100;

    /// <summary>Rows of the table that says the same.</summary>
    private const int MostRows = 24;

    /// <param name="title">What is drawn.</param>
    /// <param name="says">The same in a sentence, for those who do not see it.</param>
    /// <param name="series">On top of one another; a line stands for itself.</param>
    /// <param name="ticks">What stands below it, from 0 at the left to 1.</param>
    /// <param name="top">The number at the top, in words.</param>
    /// <param name="rows">The heading, and a row for each value: the same as a table.</param>
    public static Markup Draw(
        string title, string says, IReadOnlyList<Series> series, IReadOnlyList<(double At, string Text)> ticks, Func<double, string> top, Markup rows)
    {
        var count = series[0].Values.Count;
        var most = Math.Max(
            Enumerable.Range(0, count).Max(i => series.Where(one => !one.IsLine).Sum(one => one.Values[i])),
            series.Where(one => one.IsLine).SelectMany(one => one.Values).DefaultIfEmpty().Max());
        var scale = most > 0 ? Height / most : 0;
        var floor = new double[count];
        var paths = new StringBuilder();
        foreach (var one in series)
            paths.Append(CultureInfo.InvariantCulture, $"<path class=\"{one.Class}\" d=\"{(one.IsLine ? Line(one.Values, scale) : Bars(one.Values, floor, scale))}\"/>");
        var legend = series.Count > 1 ? Markup.Join(series.Select(one => Markup.Of($"<span class=\"key {Markup.Trust(one.Class)}\">{one.Name}</span>"))) : Markup.Empty;
        return Markup.Of($"""
            <figure>
            <figcaption><b>{title}</b> {legend}</figcaption>
            <div class="plot"><span class="top">{top(most)}</span><svg viewBox="0 0 {Markup.Trust(Number(count))} 100" preserveAspectRatio="none" role="img" aria-label="{says}">{Markup.Trust(paths.ToString())}</svg></div>
            {Ticks(ticks)}
            {rows}
            </figure>
            """);
    }

    /// <summary>Shares of 0 to 1 as a strip, the darker the more.</summary>
    public static Markup Strip(IReadOnlyList<double> shares, string says)
    {
        var paths = new StringBuilder();
        for (var level = 1; level <= 4; level++)
        {
            var path = new StringBuilder();
            for (var i = 0; i < shares.Count; i++)
            {
                var start = i;
                while (i < shares.Count && LevelOf(shares[i]) == level)
                    i++;
                if (i > start)
                    path.Append(CultureInfo.InvariantCulture, $"M{start} 0h{i - start}v1h-{i - start}z");
            }
            if (path.Length > 0)
                paths.Append(CultureInfo.InvariantCulture, $"<path class=\"l{level}\" d=\"{path}\"/>");
        }
        return Markup.Of($"<svg class=\"strip\" viewBox=\"0 0 {Markup.Trust(Number(Math.Max(1, shares.Count)))} 1\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"{says}\">{Markup.Trust(paths.ToString())}</svg>");
    }

    /// <summary>A table that is folded away, and prints folded.</summary>
    public static Markup Table(IReadOnlyList<string> heading, IReadOnlyList<IReadOnlyList<string>> rows) => Markup.Of($"""
        <details><summary>As a table</summary><div class="wide"><table>
        <thead><tr>{Markup.Join(heading.Select(cell => Markup.Of($"<th scope=\"col\">{cell}</th>")))}</tr></thead>
        <tbody>{Markup.Join(rows.Select(row => Markup.Of($"<tr>{Markup.Join(row.Select(cell => Markup.Of($"<td>{cell}</td>")))}</tr>")))}</tbody>
        </table></div></details>
        """);

    /// <summary>How many values are put together in a row of the table.</summary>
    public static int Together(int count) => (count + MostRows - 1) / MostRows;

    private static Markup Ticks(IReadOnlyList<(double At, string Text)> ticks) => Markup.Of(
        $"<div class=\"ticks\" aria-hidden=\"true\">{Markup.Join(ticks.Select(tick => Markup.Of($"<span class=\"{(tick.At < 0.05 ? "first" : tick.At > 0.95 ? "last" : "")}\" style=\"left:{tick.At * 100:0.##}%\">{tick.Text}</span>")))}</div>");

    private static int LevelOf(double share) => share < 0.02 ? 0 : share < 0.25 ? 1 : share < 0.5 ? 2 : share < 0.8 ? 3 : 4;

    private static string Bars(IReadOnlyList<double> values, double[] floor, double scale)
    {
        var path = new StringBuilder();
        for (var i = 0; i < values.Count; i++)
        {
            if (values[i] <= 0)
                continue;
            var (from, until) = (floor[i] * scale, (floor[i] += values[i]) * scale);
            path.Append(CultureInfo.InvariantCulture, $"M{i} {Number(Height - from)}V{Number(Height - until)}h1V{Number(Height - from)}z");
        }
        return path.ToString();
    }

    private static string Line(IReadOnlyList<double> values, double scale)
    {
        var path = new StringBuilder();
        for (var i = 0; i < values.Count; i++)
            path.Append(CultureInfo.InvariantCulture, $"{(i == 0 ? $"M0 {Number(Height - (values[i] * scale))}" : $"V{Number(Height - (values[i] * scale))}")}h1");
        return path.ToString();
    }

    private static string Number(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);
}

/// <param name="Name">For people.</param>
/// <param name="Class">Its colour.</param>
/// <param name="Values">From left to right.</param>
/// <param name="IsLine">Whether it is a line, and not a stack of bars.</param>
internal sealed record Series(string Name, string Class, IReadOnlyList<double> Values, bool IsLine = false);
