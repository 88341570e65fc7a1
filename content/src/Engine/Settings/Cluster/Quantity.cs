using System.Globalization;

namespace TaskQueue.Settings.Cluster;

/// <summary>Quantities as Kubernetes writes them: <c>700m</c>, <c>1.5</c>, <c>2Gi</c>, <c>500M</c>.</summary>
internal static class Quantity
{
    private static readonly (string Suffix, decimal Factor)[] Suffixes =
    [
        ("Ki", 1L << 10), ("Mi", 1L << 20), ("Gi", 1L << 30), ("Ti", 1L << 40),
        ("m", 0.001m), ("k", 1e3m), ("M", 1e6m), ("G", 1e9m), ("T", 1e12m),
    ];

    /// <summary>The number: CPUs, or bytes; null when it is none.</summary>
    public static decimal? Parse(string text)
    {
        var (suffix, factor) = Suffixes.FirstOrDefault(known => text.EndsWith(known.Suffix, StringComparison.Ordinal), ("", 1));
        var isNumber = decimal.TryParse(text[..^suffix.Length], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number);
        return isNumber && number < 1e6m * 1e6m ? number * factor : null;
    }
}
