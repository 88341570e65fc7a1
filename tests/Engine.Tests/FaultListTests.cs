using System.Text.RegularExpressions;

namespace TaskQueue.Tests;

/// <summary>The list of faults names each of them, and tests that exist.</summary>
public sealed partial class FaultListTests
{
    /// <summary>The faults that must have been provoked before a release.</summary>
    private const string All =
        "A1 A2 A3 A5 A6 A7 A8 A9 A11 B1 B3 B4 B5 B10 B11 C1 C3 C5 C7 C9 C11 C13 C15 D1 D2 D3 D5 D7 D8 D11 D12 D14 "
        + "E1 E2 E3 E5 E6 E10 E13 F1 F2 F3 F4 F5 F6 F10 F11 F20 F21 F22 G1 G3 G4 G5 G6 G7 G8 G9 G10 G12 G13 G14 G15 "
        + "H1 H2 H3 H4 H5 H7 H10 H11 I1 I3 I5 I6 I8 I9 I10 J1 J5";

    /// <summary>The tests of other assemblies are found by their text.</summary>
    private static readonly string[] Others = ["Deploy.Tests", "Template.Tests"];

    private static readonly string Tests = Path.Join(Repository.Root, "tests");

    [GeneratedRegex(@"^\| (?<id>[A-Z]\d+) \| .+ \| (?<shown>.+) \|$", RegexOptions.Multiline)]
    private static partial Regex Rows { get; }

    [GeneratedRegex("`(?<name>[^`]+)`")]
    private static partial Regex Names { get; }

    [Fact]
    public void Every_fault_stands_in_it_once_and_in_order() => Assert.Equal(All.Split(' '), Read().Select(row => row.Id));

    [Fact]
    public void Every_test_that_it_names_exists()
    {
        var sources = Others.SelectMany(project => Directory.GetFiles(Path.Join(Tests, project), "*.cs", SearchOption.AllDirectories))
            .Where(path => !path.Contains("/obj/", StringComparison.Ordinal)).ToLookup(Path.GetFileNameWithoutExtension, File.ReadAllText);

        foreach (var (id, names) in Read())
        {
            Assert.Contains(names, name => !IsNightly(name));
            Assert.All(names.Where(name => !IsNightly(name)), name => Assert.True(IsOurs(name) || IsIn(sources, name), $"{id}: there is no test {name}"));
        }
    }

    [Fact]
    public void Every_size_of_the_night_stands_in_its_script()
    {
        var script = File.ReadAllText(Path.Join(Tests, "nightly"));

        Assert.All(Read().SelectMany(row => row.Names).Where(IsNightly), name => Assert.Contains(name["nightly: ".Length..], script, StringComparison.Ordinal));
    }

    private static List<(string Id, List<string> Names)> Read() =>
        [.. Rows.Matches(File.ReadAllText(Path.Join(Repository.Root, "docs/faults.md")))
            .Select(row => (row.Groups["id"].Value, Names.Matches(row.Groups["shown"].Value).Select(name => name.Groups["name"].Value).ToList()))];

    private static bool IsNightly(string name) => name.StartsWith("nightly: ", StringComparison.Ordinal);

    private static bool IsOurs(string name) => name.Split('.') is [var type, var method]
        && typeof(FaultListTests).Assembly.GetTypes().Any(known => known.Name == type && known.GetMethod(method)?.IsDefined(typeof(FactAttribute), inherit: true) == true);

    private static bool IsIn(ILookup<string?, string> sources, string name) => name.Split('.') is [var type, var method]
        && sources[type].Any(source => Regex.IsMatch(source, $@"\[(Fact|Theory)\][^{{]* {method}\("));
}
