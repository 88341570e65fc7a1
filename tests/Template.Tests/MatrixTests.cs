using System.Globalization;

namespace TaskQueue.TemplateTests;

/// <summary>Projects made with all the template's options, under ordinary and under nasty names: each builds, tests itself and does its work.</summary>
[Collection(nameof(SandboxCollection))]
public sealed class MatrixTests(Sandbox sandbox)
{
    private static readonly TemplateOptions Options = new(Path.Join(AppContext.BaseDirectory, "template.json"));

    /// <summary>Names of projects, and of their images.</summary>
    private static readonly (string Name, string Image)[] Names =
    [
        ("Demo", "demo"),
        ("class", "class"),
        ("1stApp", "tasks-1stapp"),
        ("a&b Лес и поле", "a-b"),
    ];

    /// <summary>The names of other tests' projects too, and those of the engine's own.</summary>
    private static readonly (string Name, string Image)[] NamesAtNight =
    [
        .. Names, ("My-App.v2", "my-app-v2"), ("N" + new string('x', 79), "n" + new string('x', 39)), ("Tests", "tests"), ("Engine", "engine"),
        ("Monitor", "monitor"), ("Map", "map"), ("with two  spaces", "with-two-spaces"), ("Проект", "tasks"),
    ];

    private static bool IsNight => Environment.GetEnvironmentVariable("TEMPLATE_PAIRS") == "1";

    /// <summary>At night all pairs of values; else no more projects than names, which have each value.</summary>
    private static IReadOnlyList<TemplateCase> Cases => IsNight ? Options.EachPair() : Options.EachValue(Names.Length);

    public static TheoryData<int, string> Rows => [.. Cases.Select((row, i) => (i, row.Arguments))];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task Each_project_builds_without_warning_passes_its_tests_and_does_its_work(int row, string options)
    {
        var names = IsNight ? NamesAtNight : Names;
        var (name, image) = names[row % names.Length];
        var below = $"matrix-{row}";
        if (Cases[row].Has("engine", "package"))
            await sandbox.UseEnginePackagesAsync(below);
        var (project, generated, built) = row == 0 ? await sandbox.DemoAsync() : await sandbox.BuildAsync(name, below, options);
        await sandbox.Shell.SucceedAsync(project, "for script in $(find scripts -name '*.sh'); do bash -n $script || exit; done");
        var leftOvers = LeftOut.Find(project, Cases[row]);
        var tests = Cases[row].Has("tests", "true") ? (await sandbox.Shell.SucceedAsync(project, "dotnet test --no-build")).Output : "none";
        var insert = await sandbox.Shell.SucceedAsync(project, "dotnet run --no-build insert-tasks");
        await sandbox.Shell.SucceedAsync(project, "dotnet run --no-build worker --exit-when-empty");
        var status = await sandbox.Shell.SucceedAsync(project, "dotnet run --no-build status");
        await sandbox.Shell.SucceedAsync(project, $"dotnet publish '{name}.csproj' --no-build --configuration Debug --output ../published");

        sandbox.Matrix.Add(string.Create(
            CultureInfo.InvariantCulture,
            $"{Short(name),-12} {options,-112} generate {generated.TotalSeconds,4:0.0} s, build {built.TotalSeconds,5:0.0} s, tests {(tests == "none" ? "none  " : "passed")}, main job 240 of 240"));
        Assert.True(leftOvers.Count == 0, string.Join('\n', leftOvers));
        Assert.Contains(tests == "none" ? "none" : "Passed!", tests, StringComparison.Ordinal);
        Assert.Contains("Inserting 240/240 tasks", insert.Error, StringComparison.Ordinal);
        Assert.Contains("240 of 240", status.Output, StringComparison.Ordinal);
        Assert.StartsWith($"# {name}\n", await File.ReadAllTextAsync(Path.Join(project, "README.md"), Cancelled), StringComparison.Ordinal);
        Assert.Contains($"<ContainerRepository>{image}<", await File.ReadAllTextAsync(Path.Join(project, $"{name}.csproj"), Cancelled), StringComparison.Ordinal);
        Assert.Contains($"<MadeBy>dotnet new dltaskqueue {options}<", await File.ReadAllTextAsync(Path.Join(project, "Directory.Build.props"), Cancelled), StringComparison.Ordinal);
    }

    [Fact]
    public void The_cases_have_every_value_and_at_night_every_pair()
    {
        var few = Options.EachValue(Names.Length);
        var pairs = Options.EachPair();

        Assert.All(Options.Values, value =>
        {
            Assert.Contains(few, row => row.Values[value.Option] == value.Value);
            Assert.All(Options.Values.Where(other => other.Option != value.Option), other => Assert.Contains(
                pairs, row => row.Values[value.Option] == value.Value && row.Values[other.Option] == other.Value));
        });
    }

    private static string Short(string name) => name.Length <= 12 ? name : name[..9] + "...";
}
