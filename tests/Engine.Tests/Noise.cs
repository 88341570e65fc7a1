using System.Globalization;

namespace TaskQueue.Tests;

/// <summary>What other work on the machine may add to a documented time.</summary>
/// <remarks>In seconds by TEST_NOISE_SECONDS: tests/run gives more than a quiet machine needs, the night with its busy loops the most.</remarks>
internal static class Noise
{
    public static TimeSpan Most { get; } =
        TimeSpan.FromSeconds(double.Parse(Environment.GetEnvironmentVariable("TEST_NOISE_SECONDS") ?? "4", CultureInfo.InvariantCulture));
}
