using System.Text.Json;
using TaskQueue.Worker.Reporting;

namespace TaskQueue.Tests.Worker;

/// <summary>However long a worker lives, its samples stay few, and none of its memory's peaks is forgotten.</summary>
public sealed class UsageSamplesTests
{
    [Theory]
    [InlineData(2)]
    [InlineData(121)]
    [InlineData(122)]
    [InlineData(100_000)]
    public void Samples_stay_few_and_in_order(int beats)
    {
        var samples = new UsageSamples();
        for (var beat = 0; beat < beats; beat++)
            samples.Add(TimeSpan.FromSeconds(beat * 10), TimeSpan.FromSeconds(beat * 5), beat == beats / 2 ? 900_000_000 : 100_000_000);

        var all = samples.All;
        Assert.InRange(all.Seconds.Count, Math.Min(beats, UsageSamples.Most / 2), UsageSamples.Most);
        Assert.Equal((all.Seconds.Count, all.Seconds.Count), (all.CpuSeconds.Count, all.Megabytes.Count));
        Assert.Equal(all.Seconds.Order().Distinct(), all.Seconds);
        Assert.Equal(0, all.Seconds[0]);
        Assert.InRange(all.Seconds[^1], (beats - 1) * 10 * 0.98, (beats - 1) * 10);
        Assert.Equal(all.Seconds.Select(second => second / 2.0), all.CpuSeconds);
        Assert.Equal(900, all.Megabytes.Max());
        Assert.InRange(JsonSerializer.Serialize(all).Length, 1, 4000);
    }
}
