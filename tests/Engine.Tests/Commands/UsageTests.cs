using TaskQueue.Contracts;

namespace TaskQueue.Tests.Commands;

public sealed class UsageTests : IDisposable
{
    private readonly CommandProject _project = new();

    public void Dispose() => _project.Dispose();

    [Theory]
    [InlineData("statsu", "There is no verb statsu.", "Did you mean status?")]
    [InlineData("frobnicate", "There is no verb frobnicate.", "See: dotnet run help")]
    [InlineData("help statsu", "There is no verb statsu.", "Did you mean status?")]
    [InlineData("--verbos", "There is no verb.", "See: dotnet run help")]
    [InlineData("logs -- --help --env-file x", "Unrecognized command or argument '--env-file'.", "See: dotnet run help logs")]
    [InlineData("status --jsno", "status has no option --jsno.", "Did you mean --json?")]
    [InlineData("status --jsno=1", "status has no option --jsno.", "Did you mean --json?")]
    [InlineData("status --frobnicate", "status has no option --frobnicate.", "See: dotnet run help status")]
    [InlineData("runs -x", "runs has no option -x.", "See: dotnet run help runs")]
    [InlineData("runs extra", "Unrecognized command or argument 'extra'.", "See: dotnet run help runs")]
    [InlineData("--json status", "--json stands before the verb.", "Write: dotnet run status --json")]
    [InlineData("requeue --al", "requeue has no option --al.", "Did you mean --all?")]
    [InlineData("logs", "Required argument 'ID' missing for command: 'logs'.", "See: dotnet run help logs")]
    [InlineData("table x --limit", "Required argument missing for option: '--limit'.", "See: dotnet run help table")]
    [InlineData("table x --limit 1 --limit 2", "Option '--limit' expects a single argument but 2 were provided.", "See: dotnet run help table")]
    [InlineData("table x --limit ten", "--limit is \"ten\"; allowed: a whole number from 0.", "See: dotnet run help table")]
    [InlineData("table x --limit -1", "--limit is \"-1\"; allowed: a whole number from 0.", "See: dotnet run help table")]
    [InlineData("results --state broken", "--state is \"broken\"; allowed: done, failed, all.", "See: dotnet run help results")]
    [InlineData("results --output x.parquet", "--output is \"x.parquet\"; allowed: a name that ends with .csv, .feather, .geojson or .jsonl.", null)]
    [InlineData("results --task eco", "The project has no task 'eco'.", "Use --task with one of: echo")]
    [InlineData("requeue", "requeue wants ids of failed tasks, --all or --error TEXT.", "Write: dotnet run requeue ID, dotnet run requeue --all or dotnet run requeue --error TEXT")]
    [InlineData("requeue 1 --all", "requeue wants ids of failed tasks, --all or --error TEXT.", "Write: dotnet run requeue ID, dotnet run requeue --all or dotnet run requeue --error TEXT")]
    public async Task A_command_line_that_is_wrong_is_explained(string arguments, string what, string? next)
    {
        var run = await _project.RunAsync(arguments);

        Assert.Equal(ExitCode.Usage, run.Code);
        Assert.Empty(run.Output);
        Assert.InRange(run.ErrorLines.Count, 1, 3);
        Assert.Equal($"error: {what}", run.ErrorLines[0]);
        if (next is not null)
            Assert.Equal($"  {next}", run.ErrorLines[^1]);
    }

    [Fact]
    public async Task Help_settings_lists_every_setting()
    {
        var help = await _project.RunAsync("help settings");

        Assert.Equal(ExitCode.Done, help.Code);
        Assert.All(TaskQueue.Settings.SettingsTable.All, setting => Assert.Contains($"  {setting.Name} ", help.Output, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_version_is_that_of_the_project()
    {
        var run = await _project.RunAsync("--version");

        Assert.Equal(ExitCode.Done, run.Code);
        Assert.Matches(@"^SampleProgram \d+\.\d+\.\d+\S*\n$", run.Output);
    }

    [Fact]
    public async Task Short_help_is_the_overview()
    {
        Assert.Equal((await _project.RunAsync("help")).Output, (await _project.RunAsync("-h")).Output);
        Assert.Equal((await _project.RunAsync("help status")).Output, (await _project.RunAsync("status -h")).Output);
    }

    [Fact]
    public async Task Bare_and_help_list_every_verb_with_its_purpose()
    {
        var bare = await _project.RunAsync("");
        var help = await _project.RunAsync("help");

        Assert.Equal(ExitCode.Done, bare.Code);
        Assert.Empty(bare.Error);
        Assert.Equal(bare.Output, help.Output);
        Assert.All(TaskQueue.Commands.Verbs.Create(), verb => Assert.Contains($"  {verb.Name} ", bare.Output));
        Assert.All(TaskQueue.Commands.Verbs.Create(), verb => Assert.Contains($"  {verb.Purpose}\n", bare.Output));
    }

    public static TheoryData<string> VerbNames => [.. TaskQueue.Commands.Verbs.Create().Select(verb => verb.Name)];

    [Theory]
    [MemberData(nameof(VerbNames))]
    public async Task Help_of_a_verb_shows_an_example_and_every_option(string name)
    {
        var verb = TaskQueue.Commands.Verbs.Create().Single(verb => verb.Name == name);

        var help = await _project.RunAsync($"help {name}");
        var option = await _project.RunAsync($"{name} --help");

        Assert.Equal(ExitCode.Done, help.Code);
        Assert.Equal(help.Output, option.Output);
        Assert.Contains($"  dotnet run {name}", help.Output);
        Assert.All(verb.Options.Where(one => !one.Hidden), known => Assert.Contains($"  {known.Name}", help.Output));
        Assert.All(["--env-file <FILE>", "--verbose"], common => Assert.Contains(common, help.Output));
        Assert.All(help.Output.Split('\n'), line => Assert.InRange(line.Length, 0, 100));
        // Paragraphs are kept apart.
        Assert.DoesNotMatch(@"\.  \S", help.Output);
    }

    /// <summary>What <c>dotnet run</c> of SDK 10 takes for itself, from its help and its documentation.</summary>
    private static readonly HashSet<string> OptionsOfDotnetRun =
    [
        "--configuration", "--framework", "--runtime", "--project", "--file", "--launch-profile", "--no-launch-profile", "--no-build", "--interactive",
        "--no-restore", "--no-cache", "--self-contained", "--no-self-contained", "--verbosity", "--arch", "--os", "--disable-build-servers",
        "--artifacts-path", "--environment", "--property", "--force", "--no-dependencies", "--device", "--list-devices", "--bl",
    ];

    [Fact]
    public void No_option_is_one_that_dotnet_run_takes_for_itself() =>
        Assert.All(
            TaskQueue.Commands.Verbs.Create().SelectMany(verb => verb.Options),
            option =>
            {
                Assert.StartsWith("--", option.Name);
                Assert.Empty(option.Aliases);
                Assert.DoesNotContain(option.Name, OptionsOfDotnetRun);
            });
}
