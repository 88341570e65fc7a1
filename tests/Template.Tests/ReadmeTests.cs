using System.Text;

namespace TaskQueue.TemplateTests;

/// <summary>The commands of the READMEs, as they stand there.</summary>
[Collection(nameof(SandboxCollection))]
public sealed class ReadmeTests(Sandbox sandbox)
{
    [Fact]
    public async Task The_first_command_ends_with_240_done_and_pasted_again_inserts_nothing()
    {
        var command = Assert.Single(ReadmeCommands.Below(Path.Join(sandbox.Clone, "README.md"), "## Try it"));

        var first = await sandbox.Shell.SucceedAsync(sandbox.Clone, command);
        var settings = Path.Join(sandbox.Clone, "..", "vegetation", "config", "task.env");
        await File.AppendAllTextAsync(settings, "MY_EDIT=1\n", TestContext.Current.CancellationToken);
        var again = await sandbox.Shell.SucceedAsync(sandbox.Clone, command);

        Assert.Contains("Inserting 240/240 tasks", first.Error, StringComparison.Ordinal);
        Assert.Matches("done +240 of 240", first.Output);
        Assert.Contains("No tasks to insert!", again.Output, StringComparison.Ordinal);
        Assert.EndsWith("MY_EDIT=1\n", await File.ReadAllTextAsync(settings, TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Contains($"It ends with\n`{first.All.TrimEnd().Split('\n')[^1]}`", await File.ReadAllTextAsync(Path.Join(sandbox.Clone, "README.md"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
        var results = await File.ReadAllLinesAsync(
            Path.Join(sandbox.Clone, "..", "vegetation", "results.csv"), TestContext.Current.CancellationToken);
        Assert.Equal(241, results.Length);
        // The id once, and the rows in the order of the table.
        Assert.StartsWith("window_id,raster,", results[0], StringComparison.Ordinal);
        Assert.Contains(",share,", results[0], StringComparison.Ordinal);
        Assert.StartsWith("r00c00,", results[1], StringComparison.Ordinal);
        Assert.Equal(results.Skip(1).Order(StringComparer.Ordinal), results.Skip(1));
    }

    [Fact]
    public async Task The_users_readme_works_line_by_line()
    {
        var project = await sandbox.GenerateAsync("Engine");

        foreach (var command in ReadmeCommands.All(Path.Join(project, "README.md")))
            await sandbox.Shell.SucceedAsync(project, command);

        Assert.True(File.Exists(Path.Join(project, "results.csv")));
        Assert.True(File.Exists(Path.Join(project, "results.feather")));
    }

    [Fact]
    public async Task The_examples_for_people_who_come_from_other_tools_work_in_a_new_project()
    {
        var project = await sandbox.GenerateAsync("My-App.v2");
        var pages = Directory.GetFiles(Path.Join(sandbox.Clone, "docs", "coming-from"), "*.md")
            .Where(page => Path.GetFileName(page) != "README.md").Order(StringComparer.Ordinal).ToList();
        Assert.Equal(5, pages.Count);
        foreach (var page in pages)
        {
            var code = Assert.Single(ReadmeCommands.Blocks(page, "csharp"));
            await File.WriteAllTextAsync(Path.Join(project, "src", "Tasks", $"{Path.GetFileNameWithoutExtension(page)}.cs"), code, TestContext.Current.CancellationToken);
        }

        await sandbox.Shell.SucceedAsync(project, "dotnet build -warnaserror");
        var output = new StringBuilder();
        foreach (var command in pages.SelectMany(ReadmeCommands.All))
            output.Append((await sandbox.Shell.SucceedAsync(project, command.Replace("dotnet run ", "dotnet run --no-build ", StringComparison.Ordinal))).All);

        Assert.All(
            ["Inserting 20/20 tasks", "Inserting 1/20 tasks", "Hello from 7", "Inserting 8/8 tasks"],
            told => Assert.Contains(told, output.ToString(), StringComparison.Ordinal));
        Assert.True(File.Exists(Path.Join(project, "assets", "headers", "r00c00.txt")));
        Assert.Equal(9, (await File.ReadAllLinesAsync(Path.Join(project, "blocks.csv"), TestContext.Current.CancellationToken)).Length);
    }
}
