using System.Diagnostics;
using System.Globalization;

namespace TaskQueue.Benchmarks;

/// <summary>Repeats measurements and prints their medians.</summary>
internal static class Measure
{
    public const int Runs = 5;

    /// <summary>Measures all candidates in turn, so that a busy moment hits them alike.</summary>
    /// <param name="candidates">Names, and what gives things per second.</param>
    /// <returns>The median of each.</returns>
    public static async Task<IReadOnlyList<double>> MediansAsync(
        IReadOnlyList<(string Name, Func<Task<double>> Run)> candidates)
    {
        var results = candidates.Select(_ => new List<double>()).ToList();
        for (var run = 0; run < Runs; run++)
        {
            for (var index = 0; index < candidates.Count; index++)
                results[index].Add(await candidates[index].Run());
        }

        return [.. results.Select(numbers => numbers.Order().ElementAt(Runs / 2))];
    }

    /// <summary>Things per second.</summary>
    public static double Rate(Func<long> work)
    {
        var watch = Stopwatch.StartNew();
        var count = work();
        return count / watch.Elapsed.TotalSeconds;
    }

    public static void Print(string name, double number, string unit) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-44} {number,14:N0} {unit}"));
}
