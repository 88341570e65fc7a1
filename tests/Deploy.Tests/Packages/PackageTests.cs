using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using TaskQueue.Tests.Servers;

namespace TaskQueue.DeployTests.Packages;

/// <summary>A generated project takes the packages that its lock files name, byte for byte, and says when one of them is known to be vulnerable.</summary>
public sealed class PackageTests(Workspace workspace)
{
    private const string Advisory = "https://advisories.example.com/1";

    /// <summary>As the Dockerfile restores.</summary>
    private const string Restore = "dotnet restore --locked-mode";

    [Theory]
    [InlineData("packages.lock.json")]
    [InlineData("src/Engine/packages.lock.json")]
    public async Task A_lock_file_that_was_altered_is_refused(string file)
    {
        var project = await GenerateAsync($"altered {file.Length}");
        var before = await workspace.Sandbox.Shell.RunAsync(project, Restore);
        var path = Path.Join(project, file);
        var locks = JsonNode.Parse(await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken))!;
        var package = locks["dependencies"]!["net10.0"]!.AsObject().First(entry => entry.Value!["contentHash"] is not null).Value!;
        package["contentHash"] = Altered(package["contentHash"]!.GetValue<string>());
        await File.WriteAllTextAsync(path, locks.ToJsonString(), TestContext.Current.CancellationToken);
        foreach (var made in Directory.GetDirectories(project, "obj", SearchOption.AllDirectories))
            Directory.Delete(made, recursive: true);

        var after = await workspace.Sandbox.Shell.RunAsync(project, Restore);

        Assert.True(before.Code == 0, before.All);
        Assert.NotEqual(0, after.Code);
        Assert.Contains("error NU1403", after.All, StringComparison.Ordinal);
    }

    /// <summary>Advisories come from a source of the test: not every source of packages serves any.</summary>
    [Theory]
    [InlineData("microsoft.data.sqlite.core")]
    [InlineData("sqlitepclraw.core")]
    public async Task A_package_that_is_known_to_be_vulnerable_is_reported_and_refused_by_a_strict_build(string package)
    {
        var project = await GenerateAsync($"audited {package}");
        // NuGet keeps answers by their address: each test has its own.
        await using var advisories = await TestServer.StartAsync(context => AnswerAsync(context, package));
        await File.WriteAllTextAsync(
            Path.Join(project, "nuget.config"),
            $"""<configuration><auditSources><clear /><add key="advisories" value="{advisories.Url}/{Guid.NewGuid()}/index.json" allowInsecureConnections="true" /></auditSources></configuration>""",
            TestContext.Current.CancellationToken);

        var restore = await workspace.Sandbox.Shell.RunAsync(project, Restore);
        var strict = await workspace.Sandbox.Shell.RunAsync(project, "dotnet restore --force -warnaserror");

        Assert.True(restore.Code == 0, restore.All);
        Assert.Contains("warning NU1903", restore.All, StringComparison.Ordinal);
        Assert.Contains(Advisory, restore.All, StringComparison.Ordinal);
        Assert.NotEqual(0, strict.Code);
        Assert.Contains("error NU1903", strict.All, StringComparison.Ordinal);
    }

    /// <summary>The first restore writes the lock files.</summary>
    private async Task<string> GenerateAsync(string name)
    {
        var project = await workspace.Sandbox.GenerateAsync(name, "packages");
        await workspace.Sandbox.Shell.SucceedAsync(project, "dotnet restore");
        return project;
    }

    private static string Altered(string hash) => $"{(hash[0] == 'A' ? 'B' : 'A')}{hash[1..]}";

    /// <summary>As much of NuGet's protocol as an audit asks for: every version of one package has a severe vulnerability.</summary>
    private static Task AnswerAsync(HttpContext context, string package)
    {
        var path = context.Request.Path.Value!.Split('/');
        var root = $"http://{context.Request.Host}/{path[1]}";
        return context.Response.WriteAsync(path[^1] switch
        {
            "index.json" => $$"""{"version":"3.0.0","resources":[{"@id":"{{root}}/vulnerabilities.json","@type":"VulnerabilityInfo/6.7.0"}]}""",
            "vulnerabilities.json" => $$"""[{"@name":"all","@id":"{{root}}/all.json","@updated":"{{DateTime.UtcNow:O}}"}]""",
            _ => $$"""{"{{package}}":[{"url":"{{Advisory}}","severity":2,"versions":"[0.0.1,)"}]}""",
        });
    }
}
