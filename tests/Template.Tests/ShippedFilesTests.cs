using System.IO.Compression;

namespace TaskQueue.TemplateTests;

/// <summary>Which files a user receives, and what is in them.</summary>
[Collection(nameof(SandboxCollection))]
public sealed class ShippedFilesTests(Sandbox sandbox)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public void Dotfiles_are_in_the_package_and_what_a_build_leaves_is_not()
    {
        using var package = ZipFile.OpenRead(sandbox.Package);
        var files = package.Entries.Select(entry => entry.FullName).ToList();

        foreach (var dotfile in new[] { ".dockerignore", ".editorconfig", ".gitattributes", ".gitignore", "src/Engine/.editorconfig" })
            Assert.Contains($"content/content/{dotfile}", files);
        Assert.Contains("content/.template.config/template.json", files);
        Assert.Contains("content/dltask/.template.config/template.json", files);
        Assert.DoesNotContain(files, file => file.Contains("/bin/", StringComparison.Ordinal) || file.Contains("/obj/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Nothing_that_git_ignores_is_in_the_package_or_in_a_project()
    {
        using var package = ZipFile.OpenRead(sandbox.Package);
        var project = await sandbox.GenerateAsync("private");

        Assert.All(Sandbox.Private, file => Assert.DoesNotContain($"content/{file}", package.Entries.Select(entry => entry.FullName)));
        Assert.All(Sandbox.Private, file => Assert.False(File.Exists(Path.Join(project, Path.GetRelativePath("content", file))), file));
    }

    [Fact]
    public async Task No_placeholder_and_no_path_of_this_machine_is_left()
    {
        var project = await sandbox.GenerateAsync("clean");
        string[] traces = ["task-project", sandbox.Clone, Environment.GetFolderPath(Environment.SpecialFolder.UserProfile) + "/"];

        foreach (var file in Directory.EnumerateFiles(project, "*", SearchOption.AllDirectories))
        {
            var text = await File.ReadAllTextAsync(file, Cancelled);
            Assert.All(traces, trace => Assert.False(
                (file + text).Replace(project, "", StringComparison.Ordinal).Contains(trace, StringComparison.OrdinalIgnoreCase), $"{trace} in {file}"));
        }
    }

    [Fact]
    public async Task Scripts_are_executable_and_sound()
    {
        var project = await sandbox.GenerateAsync("scripted");

        foreach (var script in Directory.EnumerateFiles(Path.Join(project, "scripts")))
            Assert.True(File.GetUnixFileMode(script).HasFlag(UnixFileMode.UserExecute), script);
        if (Environment.GetEnvironmentVariable("CI") != "true")
            Assert.SkipUnless((await sandbox.Shell.RunAsync(project, "shellcheck --version")).Code == 0, "shellcheck: apt-get install shellcheck");
        await sandbox.Shell.SucceedAsync(project, "shellcheck --external-sources scripts/*.sh");
    }

    [Fact]
    public async Task The_first_restore_locks_the_packages()
    {
        var project = await sandbox.GenerateAsync("locked.v2");

        await sandbox.Shell.SucceedAsync(project, "dotnet restore -warnaserror");

        await sandbox.Shell.SucceedAsync(project, "dotnet restore --locked-mode -warnaserror");
    }
}
