namespace TaskQueue.TemplateTests;

/// <summary>What a generated project does where it is put, and with one more task.</summary>
[Collection(nameof(SandboxCollection))]
public sealed class GeneratedProjectTests(Sandbox sandbox)
{
    /// <summary>Files of a repository around the project; none of them may reach into it.</summary>
    private static readonly (string Name, string Text)[] ForeignRules =
    [
        ("Directory.Build.props", "<Project><PropertyGroup><Nullable>disable</Nullable><TargetFramework>net8.0</TargetFramework></PropertyGroup></Project>"),
        ("Directory.Build.targets", "<Project><ItemGroup><PackageReference Include=\"MassTransit\" Version=\"7.0.0\" /></ItemGroup></Project>"),
        ("Directory.Packages.props", "<Project><ItemGroup><PackageVersion Include=\"MassTransit\" Version=\"7.0.0\" /></ItemGroup></Project>"),
        ("global.json", """{"sdk":{"version":"6.0.100","rollForward":"disable"}}"""),
        (".editorconfig", "[*.cs]\ncsharp_style_namespace_declarations = block_scoped:error\ndotnet_diagnostic.IDE0161.severity = none\ndotnet_diagnostic.IDE0160.severity = error\n"),
        ("nuget.config", "<configuration><config><add key=\"signatureValidationMode\" value=\"accept\" /></config></configuration>"),
    ];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_new_project_is_formatted()
    {
        var project = (await sandbox.DemoAsync()).Folder;

        await sandbox.Shell.SucceedAsync(project, "dotnet format Demo.slnx --verify-no-changes --no-restore");
    }

    [Fact]
    public async Task One_source_is_one_build_wherever_it_lies_and_however_its_lines_end()
    {
        const string Ask = "dotnet msbuild Demo.csproj -target:IdentifyBuild -getProperty:InformationalVersion";
        var project = (await sandbox.DemoAsync()).Folder;
        var copy = Path.Join(sandbox.Folder("elsewhere"), "copy");
        // As the image's build has it: no git, no settings, nothing built.
        await sandbox.Shell.SucceedAsync(project, $"cp -r . '{copy}' && cd '{copy}' && rm -rf bin obj src/*/bin src/*/obj config tests examples src/Monitor README.md");
        await sandbox.Shell.SucceedAsync(copy, "sed -i 's/$/\\r/' src/Tasks/Vegetation.cs src/Engine/Worker/Attempts/TaskRunner.cs Directory.Build.props");

        var describe = await sandbox.Shell.SucceedAsync(project, "dotnet run --no-build describe");
        var same = (await sandbox.Shell.SucceedAsync(copy, Ask)).Output.Trim();
        await sandbox.Shell.SucceedAsync(copy, "echo '// A change.' >> src/Engine/Worker/Attempts/TaskRunner.cs");
        var other = (await sandbox.Shell.SucceedAsync(copy, Ask)).Output.Trim();

        Assert.Matches(@"^0\.1\.0\+[0-9a-f]{12}$", same);
        Assert.StartsWith($"Build {same}, engine 0.1.0\n", describe.Output, StringComparison.Ordinal);
        Assert.Matches(@"^0\.1\.0\+[0-9a-f]{12}$", other);
        Assert.NotEqual(same, other);
    }

    [Fact]
    public async Task The_users_first_tests_pass()
    {
        var project = (await sandbox.DemoAsync()).Folder;

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
        foreach (var (name, text) in ForeignRules)
            await File.WriteAllTextAsync(Path.Join(sandbox.Folder("foreign"), name), text, Cancelled);
        // The name of the project of its tests.
        var project = await sandbox.GenerateAsync("Tests", "foreign");
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
        await sandbox.Shell.SucceedAsync(project, "dotnet new dltask -n Slow --kind long");
        var program = await sandbox.Shell.SucceedAsync(project, "dotnet new dltask -n Ndvi --kind process");
        Assert.Contains("Write the program in src/Tasks/ndvi.py, ", program.Output, StringComparison.Ordinal);
        await sandbox.Shell.SucceedAsync(project, "dotnet build -warnaserror");
        Assert.Contains("[TaskSettings(TimeoutSeconds = 0, ", await File.ReadAllTextAsync(Path.Join(project, "src", "Tasks", "Slow.cs"), Cancelled), StringComparison.Ordinal);
        Assert.Contains("[TaskSettings(TimeoutSeconds = 600, ", await File.ReadAllTextAsync(Path.Join(project, "src", "Tasks", "Class.cs"), Cancelled), StringComparison.Ordinal);

        var tests = await sandbox.Shell.SucceedAsync(project, "dotnet test --filter 'SkeletonTaskTests|NdviTests'");
        var describe = await sandbox.Shell.SucceedAsync(project, "dotnet run --no-build describe");

        Assert.Contains("Passed!", tests.Output, StringComparison.Ordinal);
        foreach (var (_, type, verb) in TaskNames)
            Assert.Contains($"\n{verb}: Tasks.{type}, ", describe.Output, StringComparison.Ordinal);
        Assert.Contains("vegetation: Tasks.Vegetation", describe.Output, StringComparison.Ordinal);
        await AssertPythonAgreesAsync(project);

        await sandbox.Shell.SucceedAsync(project, "sed -i 's|// IFilterTasks<|IFilterTasks<|' src/Tasks/Vegetation.cs && mkdir output && touch output/r00c00.h5");
        var filtered = await sandbox.Shell.SucceedAsync(project, "dotnet run insert-tasks --dry-run");
        Assert.Contains("For task vegetation, the only one that fits the table's columns.\n", filtered.Output, StringComparison.Ordinal);
        Assert.Contains("Would queue 239 of 240 rows of tasks.feather (1 is done).", filtered.Output, StringComparison.Ordinal);
    }

    /// <summary>The example in Python, run by a worker, against the sample's own task; then the project is without it.</summary>
    private async Task AssertPythonAgreesAsync(string project)
    {
        const string Run = "dotnet run --no-build";
        const int Rows = 12;
        await sandbox.Shell.SucceedAsync(project, $"{Run} run --task ndvi --limit {Rows} --workers 2 --run python");
        await sandbox.Shell.SucceedAsync(project, $"{Run} results --run python --columns id,mean_ndvi --output python.csv");
        await sandbox.Shell.SucceedAsync(project, $"{Run} insert-tasks --task vegetation --limit {Rows} --run sharp && {Run} worker --exit-when-empty");
        await sandbox.Shell.SucceedAsync(project, $"{Run} results --run sharp --columns id,mean_ndvi --output sharp.csv");

        var python = await File.ReadAllLinesAsync(Path.Join(project, "python.csv"), Cancelled);
        Assert.Equal(Rows + 1, python.Length);
        Assert.Equal(await File.ReadAllLinesAsync(Path.Join(project, "sharp.csv"), Cancelled), python);
        var log = await sandbox.Shell.SucceedAsync(project, $"{Run} logs r00c00 --task ndvi");
        Assert.Contains("attempt 1: 400 pixels\n", log.Output, StringComparison.Ordinal);
        await sandbox.Shell.SucceedAsync(project, "rm -r output queue* src/Tasks/Ndvi.* src/Tasks/ndvi.py tests/NdviTests.cs");
    }

    [Fact]
    public async Task Several_workers_are_started_by_a_script()
    {
        var project = (await sandbox.DemoAsync()).Folder;
        const string Aside = "TASKQUEUE_PATH=fq://several CF_CLOUDPATH=several-output";
        await sandbox.Shell.SucceedAsync(project, $"{Aside} dotnet run --no-build insert-tasks");

        await sandbox.Shell.SucceedAsync(project, $"{Aside} scripts/start-workers.sh 2");

        var status = await sandbox.Shell.SucceedAsync(project, $"{Aside} dotnet run --no-build status");
        Assert.Contains("240 of 240", status.Output, StringComparison.Ordinal);
    }
}
