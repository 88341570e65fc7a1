using System.Globalization;

namespace TaskQueue.Reports;

/// <summary>Numbers for people.</summary>
internal static class Counted
{
    /// <summary><c>1 task</c>, <c>12,345 tasks</c>.</summary>
    public static string Tasks(long count) => Of(count, "task");

    /// <summary><c>1 row</c>, <c>12,345 rows</c>.</summary>
    public static string Rows(long count) => Of(count, "row");

    /// <summary>A number and what is counted, whose plural ends with s.</summary>
    public static string Of(long count, string one) => count == 1 ? $"1 {one}" : $"{Number(count)} {one}s";

    /// <summary>Of one the singular of the verb, else the plural: <c>is</c>, <c>are</c>.</summary>
    public static string Are(long count) => count == 1 ? "is" : "are";

    /// <inheritdoc cref="Are"/>
    public static string Were(long count) => count == 1 ? "was" : "were";

    /// <summary><c>12,345</c>.</summary>
    public static string Number(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary><c>12 s</c>, <c>3 min 20 s</c>, <c>5 h 12 min</c>, <c>2 d 3 h</c>.</summary>
    public static string Duration(TimeSpan time)
    {
        var seconds = Math.Ceiling(time.TotalSeconds);
        if (seconds < 60)
            return string.Create(CultureInfo.InvariantCulture, $"{seconds:F0} s");
        if (seconds < 3600)
            return Two(seconds, 60, "min", "s");

        var minutes = Math.Round(seconds / 60);
        return minutes < 24 * 60 ? Two(minutes, 60, "h", "min") : Two(Math.Round(minutes / 60), 24, "d", "h");
    }

    /// <summary>The same of any length: <c>0.4 ms</c>, <c>35 ms</c>, <c>1.25 s</c>, <c>3 min 20 s</c>.</summary>
    public static string Seconds(double seconds) => seconds switch
    {
        < 0.001 => string.Create(CultureInfo.InvariantCulture, $"{seconds * 1000:0.##} ms"),
        < 0.9995 => string.Create(CultureInfo.InvariantCulture, $"{seconds * 1000:0} ms"),
        < 9.995 => string.Create(CultureInfo.InvariantCulture, $"{seconds:0.##} s"),
        < 60 => string.Create(CultureInfo.InvariantCulture, $"{seconds:0.#} s"),
        _ => Duration(TimeSpan.FromSeconds(seconds)),
    };

    private static string Two(double small, int factor, string large, string unit)
    {
        var rest = small % factor;
        var whole = string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(small / factor):N0} {large}");
        return rest == 0 ? whole : string.Create(CultureInfo.InvariantCulture, $"{whole} {rest:F0} {unit}");
    }
}
