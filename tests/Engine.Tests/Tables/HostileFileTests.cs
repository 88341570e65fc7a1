namespace TaskQueue.Tests.Tables;

public sealed class HostileFileTests(WrittenTables tables, ITestOutputHelper output) : IClassFixture<WrittenTables>
{
    /// <summary>Mutants per run; the variable asks for more.</summary>
    private static readonly int Mutants =
        int.TryParse(Environment.GetEnvironmentVariable("TABLE_MUTANTS"), out var count) ? count : 10_000;

    public static TheoryData<string> FuzzerFiles => ArrowData.Files("hostile", "*");

    [Theory]
    [MemberData(nameof(FuzzerFiles))]
    public async Task A_file_that_a_fuzzer_found_is_refused_or_read_at_little_cost(string name)
    {
        var refusal = await Hostile.Read(ArrowData.PathOf("hostile", name), name);
        output.WriteLine(refusal ?? "A valid table.");
    }

    [Fact]
    public async Task Mutants_of_valid_files_are_refused_or_read_at_little_cost()
    {
        using var folder = new TemporaryFolder();
        List<string> parents = [.. GoldenFiles(), .. tables.SmallFiles()];
        var refused = 0;
        for (var seed = 0; seed < Mutants; seed++)
        {
            var parent = parents[seed % parents.Count];
            File.WriteAllBytes(folder["mutant"], Mutant.Of(File.ReadAllBytes(parent), seed));
            if (await Hostile.Read(folder["mutant"], $"{Path.GetFileName(parent)}, seed {seed}") is not null)
                refused++;
        }

        output.WriteLine($"{refused} of {Mutants} were refused.");
        Assert.InRange(refused, Mutants / 10, Mutants - 1);
    }

    private static IEnumerable<string> GoldenFiles() =>
        ArrowData.Files("golden", "*.arrow_file").Select(row => ArrowData.PathOf("golden", row.Data));
}
