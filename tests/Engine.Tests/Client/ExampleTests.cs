using TaskQueue.Tests.Interop;

namespace TaskQueue.Tests.Client;

/// <summary>The example that ships, as a user runs it.</summary>
public sealed class ExampleTests
{
    [Fact]
    public async Task The_map_prints_a_line_for_each_value_and_again_what_was_done()
    {
        using var project = new SampleProject([]);

        var first = Sort(await project.RunExampleAsync("map", "Examples.Map.dll"));
        var again = Sort(await project.RunExampleAsync("map", "Examples.Map.dll"));

        string[] covered = ["map-0 95 % covered", "map-1 88 % covered", "map-2 73 % covered"];
        Assert.Equal(covered, first[..3]);
        Assert.Equal(covered.Select(line => $"{line}, as it was before"), again[..3]);
        Assert.All([first, again], lines => Assert.StartsWith("map-3 failed: ", Assert.Single(lines[3..]), StringComparison.Ordinal));
    }

    private static string[] Sort(string output) => [.. output.TrimEnd().Split('\n').Order(StringComparer.Ordinal)];
}
