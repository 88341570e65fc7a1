namespace TaskQueue.TemplateTests;

/// <summary>What the packed template generates, under ordinary and under nasty names.</summary>
[Collection(nameof(SandboxCollection))]
public sealed class GeneratedProjectTests(Sandbox sandbox)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <summary>The hardest two; all of them where TEMPLATE_NAMES is all.</summary>
    public static TheoryData<string, string> Names { get; } = new((IEnumerable<(string, string)>)
    [
        ("Tests", "tests"),
        ("1 a&b в.v2", "tasks-1-a-b-v2"),
        .. Environment.GetEnvironmentVariable("TEMPLATE_NAMES") != "all" ? [] : (IEnumerable<(string, string)>)
        [
            ("Engine", "engine"), ("Monitor", "monitor"), ("Map", "map"), ("class", "class"), ("1stApp", "tasks-1stapp"), ("a&b", "a-b"),
            ("my-app.v2", "my-app-v2"), ("with two spaces", "with-two-spaces"), ("Проект", "tasks"),
            (new string('n', 80), new string('n', 40)),
        ],
    ]);

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_project_of_any_name_builds_without_warning_and_does_its_work(string name, string image)
    {
        var project = await sandbox.GenerateAsync(name);

        await sandbox.Shell.SucceedAsync(project, "dotnet build -warnaserror");
        var insert = await sandbox.Shell.SucceedAsync(project, "dotnet run --no-build insert-tasks");
        await sandbox.Shell.SucceedAsync(project, "dotnet run --no-build worker --exit-when-empty");
        var status = await sandbox.Shell.SucceedAsync(project, "dotnet run --no-build status");

        Assert.Contains("Inserting 240/240 tasks", insert.Error, StringComparison.Ordinal);
        Assert.Contains("240 of 240", status.Output, StringComparison.Ordinal);
        Assert.StartsWith($"# {name}\n", await File.ReadAllTextAsync(Path.Join(project, "README.md"), Cancelled), StringComparison.Ordinal);
        Assert.Contains($"<ContainerRepository>{image}<", await File.ReadAllTextAsync(Path.Join(project, $"{name}.csproj"), Cancelled), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_new_project_is_formatted()
    {
        var project = await sandbox.DemoAsync();

        await sandbox.Shell.SucceedAsync(project, "dotnet format Demo.slnx --verify-no-changes --no-restore");
    }

    [Fact]
    public async Task One_source_is_one_build_wherever_it_lies_and_however_its_lines_end()
    {
        const string Ask = "dotnet msbuild Demo.csproj -target:IdentifyBuild -getProperty:InformationalVersion";
        var project = await sandbox.DemoAsync();
        var copy = Path.Join(sandbox.Folder("elsewhere"), "copy");
        // As the image's build has it: no git, no settings, nothing built.
        await sandbox.Shell.SucceedAsync(project, $"cp -r . '{copy}' && cd '{copy}' && rm -rf bin obj src/*/bin src/*/obj config tests examples src/Monitor README.md");
        await sandbox.Shell.SucceedAsync(copy, "sed -i 's/$/\\r/' src/Tasks/Vegetation.cs src/Engine/Worker/TaskRunner.cs Directory.Build.props");

        var describe = await sandbox.Shell.SucceedAsync(project, "dotnet run --no-build describe");
        var same = (await sandbox.Shell.SucceedAsync(copy, Ask)).Output.Trim();
        await sandbox.Shell.SucceedAsync(copy, "echo '// A change.' >> src/Engine/Worker/TaskRunner.cs");
        var other = (await sandbox.Shell.SucceedAsync(copy, Ask)).Output.Trim();

        Assert.Matches(@"^0\.1\.0\+[0-9a-f]{12}$", same);
        Assert.StartsWith($"Build {same}, engine 0.1.0\n", describe.Output, StringComparison.Ordinal);
        Assert.Matches(@"^0\.1\.0\+[0-9a-f]{12}$", other);
        Assert.NotEqual(same, other);
    }

    [Fact]
    public async Task The_users_first_tests_pass()
    {
        var project = await sandbox.DemoAsync();

        var tests = await sandbox.Shell.SucceedAsync(project, "dotnet test");

        Assert.Contains("Passed!", tests.Output, StringComparison.Ordinal);
    }

    /// <summary>What a person may call a task, its class, and its name.</summary>
    private static readonly (string Name, string Type, string Verb)[] TaskNames =
    [
        ("my task-2", "MyTask2", "my-task2"), ("class", "Class", "class"), ("Task", "MyTask", "my"), ("2 NDVI maps", "My2NDVIMaps", "my2-ndvi-maps"),
        ("SkeletonTask", "SkeletonTask", "skeleton"),
    ];

    [Fact]
    public async Task Inside_a_repository_with_other_rules_it_builds_and_takes_one_more_task_without_another_edit_and_its_filter_by_one_line()
    {
        var repository = sandbox.Folder("foreign");
        await File.WriteAllTextAsync(
            Path.Join(repository, "Directory.Build.props"),
            "<Project><PropertyGroup><Nullable>disable</Nullable><TargetFramework>net8.0</TargetFramework></PropertyGroup></Project>", Cancelled);
        await File.WriteAllTextAsync(
            Path.Join(repository, "Directory.Packages.props"),
            "<Project><ItemGroup><PackageVersion Include=\"MassTransit\" Version=\"7.0.0\" /></ItemGroup></Project>", Cancelled);
        await File.WriteAllTextAsync(
            Path.Join(repository, "Directory.Build.targets"),
            "<Project><ItemGroup><PackageReference Include=\"MassTransit\" Version=\"7.0.0\" /></ItemGroup></Project>", Cancelled);
        var project = await sandbox.GenerateAsync("guest", "foreign");
        foreach (var (name, type, verb) in TaskNames)
        {
            var added = await sandbox.Shell.SucceedAsync(project, $"dotnet new dltask -n '{name}' --description 'What {name} does.'");
            foreach (var file in new[] { $"src/Tasks/{type}.cs", $"src/Tasks/{type}.md", $"tests/{type}Tests.cs" })
            {
                Assert.Contains(file, added.Output, StringComparison.Ordinal);
                Assert.True(File.Exists(Path.Join(project, file)), file);
            }
            Assert.Contains($"dotnet run describe {verb}\n", added.Output, StringComparison.Ordinal);
            Assert.Contains($"What {name} does.\n", await File.ReadAllTextAsync(Path.Join(project, "src", "Tasks", $"{type}.md"), Cancelled), StringComparison.Ordinal);
        }
        await sandbox.Shell.SucceedAsync(project, "dotnet build -warnaserror");

        var tests = await sandbox.Shell.SucceedAsync(project, "dotnet test --filter SkeletonTaskTests");
        var describe = await sandbox.Shell.SucceedAsync(project, "dotnet run --no-build describe");

        Assert.Contains("Passed!", tests.Output, StringComparison.Ordinal);
        foreach (var (_, type, verb) in TaskNames)
            Assert.Contains($"\n{verb}: Tasks.{type}, ", describe.Output, StringComparison.Ordinal);
        Assert.Contains("vegetation: Tasks.Vegetation", describe.Output, StringComparison.Ordinal);

        await sandbox.Shell.SucceedAsync(project, "sed -i 's|// IFilterTasks<|IFilterTasks<|' src/Tasks/Vegetation.cs && mkdir output && touch output/r00c00.h5");
        var filtered = await sandbox.Shell.SucceedAsync(project, "dotnet run insert-tasks --dry-run");
        Assert.Contains("For task vegetation, the only one that fits the table's columns.\n", filtered.Output, StringComparison.Ordinal);
        Assert.Contains("Would queue 239 of 240 rows of tasks.feather (1 is done).", filtered.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Several_workers_are_started_by_a_script()
    {
        var project = await sandbox.DemoAsync();
        const string Aside = "TASKQUEUE_PATH=fq://several CF_CLOUDPATH=several-output";
        await sandbox.Shell.SucceedAsync(project, $"{Aside} dotnet run --no-build insert-tasks");

        await sandbox.Shell.SucceedAsync(project, $"{Aside} scripts/start-workers.sh 2");

        var status = await sandbox.Shell.SucceedAsync(project, $"{Aside} dotnet run --no-build status");
        Assert.Contains("240 of 240", status.Output, StringComparison.Ordinal);
    }
}
