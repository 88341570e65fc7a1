using System.Runtime.CompilerServices;
using System.Security.Cryptography;

namespace TaskQueue.TemplateTests;

/// <summary>The generated files, as somebody approved them: with TEMPLATE_APPROVE=1 they are written again, and the change shows in the commit.</summary>
[Collection(nameof(SandboxCollection))]
public sealed class ApprovedTests(Sandbox sandbox)
{
    private const string Least = "--queue file --storage local --deploy none --tests false --engine source";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_default_project_is_as_approved()
    {
        var project = await sandbox.GenerateAsync("approved", "approved-default");

        await CompareAsync("default.txt", [.. Files(project).Select(file => Line(project, file))]);
    }

    /// <summary>What the options take out of a file shows as the whole text of what is left.</summary>
    [Fact]
    public async Task The_least_project_is_as_approved()
    {
        var whole = await sandbox.GenerateAsync("approved", "approved-whole");
        var least = await sandbox.GenerateAsync("approved", "approved-least", Least);
        var all = Files(whole).ToDictionary(file => file, file => Line(whole, file));
        var changed = Files(least).Where(file => all[file] != Line(least, file)).ToList();
        var text = new List<string> { $"# dotnet new dltaskqueue {Least}", "", "# Left out" };
        text.AddRange(all.Keys.Except(Files(least)));
        foreach (var file in changed)
        {
            text.AddRange(["", $"# {file}"]);
            text.AddRange(await File.ReadAllLinesAsync(Path.Join(least, file), Cancelled));
        }

        await CompareAsync("least.txt", text);
    }

    private static IEnumerable<string> Files(string project) =>
        Directory.EnumerateFiles(project, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(project, file)).Order(StringComparer.Ordinal);

    private static string Line(string project, string file) =>
        $"{Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Path.Join(project, file))).AsSpan(0, 6))} {file}";

    private static async Task CompareAsync(string name, IReadOnlyList<string> lines, [CallerFilePath] string here = "")
    {
        var approved = Path.Join(Path.GetDirectoryName(here), "Approved", name);
        if (Environment.GetEnvironmentVariable("TEMPLATE_APPROVE") == "1")
            await File.WriteAllTextAsync(approved, string.Join('\n', lines) + "\n", Cancelled);
        Assert.Equal(await File.ReadAllLinesAsync(approved, Cancelled), lines);
    }
}
