namespace TaskQueue.TemplateTests;

/// <summary>What the packed template generates, under ordinary and under nasty names.</summary>
[Collection(nameof(SandboxCollection))]
public sealed class GeneratedProjectTests(Sandbox sandbox)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("my-app.v2", "my-app-v2")]
    [InlineData("1st app", "tasks-1st-app")]
    [InlineData("class", "class")]
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
    public async Task The_users_first_tests_pass()
    {
        var project = await sandbox.DemoAsync();

        var tests = await sandbox.Shell.SucceedAsync(project, "dotnet test");

        Assert.Contains("Passed!", tests.Output, StringComparison.Ordinal);
    }

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
        var project = await sandbox.GenerateAsync("guest", "foreign");
        await sandbox.Shell.SucceedAsync(project, "dotnet build -warnaserror");

        await sandbox.Shell.SucceedAsync(project, "dotnet new dltask -n SkeletonTask");
        var tests = await sandbox.Shell.SucceedAsync(project, "dotnet test --filter SkeletonTaskTests");
        var describe = await sandbox.Shell.SucceedAsync(project, "dotnet run --no-build describe");

        Assert.Contains("Passed!", tests.Output, StringComparison.Ordinal);
        Assert.Contains("skeleton: Tasks.SkeletonTask", describe.Output, StringComparison.Ordinal);
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
