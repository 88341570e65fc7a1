using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.RegularExpressions;

namespace TaskQueue.Settings.Cluster.Gke;

/// <summary>What the name of a machine type of Google Cloud says about its size, and what its nodes leave for workers.</summary>
/// <param name="Name">Such as e2-standard-4.</param>
/// <param name="Cpus">CPUs; null when the name does not say.</param>
/// <param name="Memory">Bytes; null when it is not known.</param>
/// <remarks>Sizes: https://cloud.google.com/compute/docs/machine-resource</remarks>
internal sealed record MachineType(string Name, decimal? Cpus, decimal? Memory)
{
    /// <summary>A type that suits most tasks.</summary>
    public const string Usual = "e2-standard-4";

    private const decimal Gibi = 1L << 30;

    /// <summary>What GKE and the pods of the system take of the CPUs.</summary>
    private const decimal SystemCpus = 0.5m;

    /// <summary>What the pods of the system ask for, and the threshold of eviction.</summary>
    private const decimal SystemMemory = 0.5m * Gibi;

    /// <summary>What GKE keeps: so much of the first 4 GiB, of the next 4, and so on.</summary>
    /// <remarks>https://cloud.google.com/kubernetes-engine/docs/concepts/plan-node-sizes</remarks>
    private static readonly (decimal Gibibytes, decimal Share)[] Reserved =
        [(4, 0.25m), (4, 0.20m), (8, 0.10m), (112, 0.06m), (decimal.MaxValue / Gibi, 0.02m)];

    public decimal? CpusForWorkers => Cpus is { } cpus ? Math.Max(cpus - SystemCpus, 0) : null;

    public decimal? MemoryForWorkers =>
        Memory is { } memory ? Math.Max(memory - Reserve(memory) - SystemMemory, 0) : null;

    /// <summary>Reads a name; null when no machine type is called so.</summary>
    public static MachineType? Parse(string name)
    {
        if (Match(name, "e2-(micro|small|medium)") is { Success: true } shared)
            return new(name, 1, Gibi * shared.Groups[1].Value switch { "micro" => 1, "small" => 2, _ => 4 });

        var custom = Match(name, "([a-z][0-9]+[a-z]*-)?custom-(?<cpus>[0-9]{1,3})-(?<mebibytes>[0-9]{3,7})(-ext)?");
        if (custom.Success)
            return new(name, Number(custom.Groups["cpus"]), Number(custom.Groups["mebibytes"]) * (1 << 20));

        if (Match(name, "a[0-9]+[a-z]?-[a-z]+-[0-9]+g").Success)
            return new(name, null, null);

        var sized = Match(name, "(?<family>[a-z][0-9]+[a-z]*)-(?<kind>[a-z]+)-(?<cpus>[0-9]{1,3})(-lssd)?");
        if (!sized.Success)
            return null;

        var cpus = Number(sized.Groups["cpus"]);
        var (family, kind) = (sized.Groups["family"].Value, sized.Groups["kind"].Value);
        return new(name, cpus, GibiPerCpu(family, kind) * cpus * Gibi);
    }

    private static decimal? GibiPerCpu(string family, string kind) => (family, kind) switch
    {
        ("n1" or "c4" or "c4d", "standard") => 3.75m,
        ("n1", "highmem") => 6.5m,
        ("c4" or "c4d", "highmem") => 7.75m,
        ("n1", "highcpu") => 0.9m,
        ("c4d", "highcpu") => 1.875m,
        ("e2" or "n2" or "n2d", "highcpu") => 1,
        (_, "standard") => 4,
        (_, "highmem") => 8,
        (_, "highcpu") => 2,
        _ => null,
    };

    private static decimal Reserve(decimal memory)
    {
        var reserve = 0m;
        foreach (var (gibibytes, share) in Reserved)
        {
            var part = Math.Min(memory, gibibytes * Gibi);
            reserve += part * share;
            memory -= part;
        }

        return reserve;
    }

    private static decimal Number(Group digits) => decimal.Parse(digits.ValueSpan, CultureInfo.InvariantCulture);

    private static Match Match(string name, [StringSyntax(StringSyntaxAttribute.Regex)] string pattern) =>
        Regex.Match(name, $"^(?:{pattern})$", RegexOptions.CultureInvariant);
}
