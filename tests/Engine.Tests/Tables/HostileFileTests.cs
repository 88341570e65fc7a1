namespace TaskQueue.Tests.Tables;

public sealed class HostileFileTests(ITestOutputHelper output)
{
    /// <summary>Mutants per run; the variable asks for more.</summary>
    private static readonly int Mutants = int.TryParse(Environment.GetEnvironmentVariable("TABLE_MUTANTS"), out var count) ? count : 1000;

    public static TheoryData<string> FuzzerFiles => ArrowData.Files("hostile", "*");

    [Theory]
    [MemberData(nameof(FuzzerFiles))]
    public async Task A_file_that_a_fuzzer_found_is_refused_or_read_at_little_cost(string name)
    {
        var refusal = await Hostile.Read(ArrowData.PathOf("hostile", name), name);
        output.WriteLine(refusal?.Message ?? "A valid table.");
    }

    [Fact]
    public async Task Mutants_of_valid_files_are_refused_or_read_at_little_cost()
    {
        _ = ArrowData.PathOf("golden", "");
        using var folder = new TemporaryFolder();
        var parents = ArrowData.Files("golden", "*.arrow_file").Select(row => row.Data).ToList();
        var refused = 0;
        for (var seed = 0; seed < Mutants; seed++)
        {
            var parent = parents[seed % parents.Count];
            var path = folder["mutant"];
            File.WriteAllBytes(path, Mutant.Of(File.ReadAllBytes(ArrowData.PathOf("golden", parent)), seed));
            if (await Hostile.Read(path, $"{parent}, seed {seed}") is not null)
                refused++;
        }

        output.WriteLine($"{refused} of {Mutants} were refused.");
        Assert.InRange(refused, Mutants / 10, Mutants - 1);
    }
}
