namespace TaskQueue.Settings.Cluster.Gke;

/// <summary>What machines of Google Cloud cost.</summary>
/// <remarks>
/// List prices of Compute Engine in us-central1, US dollars, as known on <see cref="AsOf"/>: other regions, discounts and
/// free tiers change them (https://cloud.google.com/compute/all-pricing). Spot prices move from day to day; they are
/// taken as 40 % of the list price, the least discount that Google names (https://cloud.google.com/spot-vms/pricing).
/// </remarks>
internal static class CloudPrices
{
    public const string AsOf = "2026-11-29";

    private const decimal SpotShare = 0.4m;
    private const decimal Gibi = 1L << 30;

    /// <summary>By family: dollars an hour for a CPU, and for a GiB of memory.</summary>
    private static readonly Dictionary<string, (decimal Cpu, decimal Memory)> Hourly = new()
    {
        ["e2"] = (0.02181m, 0.00292m),
        ["n1"] = (0.03161m, 0.00424m),
        ["n2"] = (0.03161m, 0.00424m),
        ["n2d"] = (0.02750m, 0.00369m),
    };

    /// <summary>Dollars for an hour of a Spot machine; null where the table does not have it.</summary>
    /// <param name="name">Its type, such as e2-standard-4.</param>
    /// <param name="cpus">Its CPUs.</param>
    /// <param name="memory">Its memory in bytes.</param>
    public static decimal? SpotHour(string name, decimal? cpus, decimal? memory) =>
        Hourly.TryGetValue(name.Split('-')[0], out var price) && (cpus * price.Cpu) + (memory / Gibi * price.Memory) is { } hour ? hour * SpotShare : null;
}
