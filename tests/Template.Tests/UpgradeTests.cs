using System.Xml.Linq;

namespace TaskQueue.TemplateTests;

/// <summary>Projects that get a newer engine, or a kind of queue that they were made without.</summary>
[Collection(nameof(SandboxCollection))]
public sealed class UpgradeTests(Sandbox sandbox)
{
    /// <summary>As docs/settings.md says: make a project beside it, and take the folders and the packages' versions.</summary>
    private const string Take =
        "rm -r src/Engine src/Monitor && cp -r '../newer/src/Engine' '../newer/src/Monitor' src && cp '../newer/Directory.Packages.props' .";

    /// <summary>As long as a name may be.</summary>
    private static readonly string Name = "N" + new string('x', 79);

    [Fact]
    public async Task A_project_takes_the_engine_of_one_made_with_the_same_options_and_another_kind_of_queue_with_more()
    {
        var project = await sandbox.GenerateAsync(Name, "upgrade", "--queue file --storage local --deploy none --tests false");
        // An engine that is not of today.
        await sandbox.Shell.SucceedAsync(project, "rm -r src/Engine/Worker && echo 'namespace TaskQueue; internal class Stale : Gone;' > src/Engine/Stale.cs");
        var made = XDocument.Load(Path.Join(project, "Directory.Build.props")).Descendants("MadeBy").Single().Value;
        await sandbox.Shell.SucceedAsync(project, $"{made} -n {Name} -o ../newer --no-restore && {Take}");

        var lacks = await sandbox.Shell.RunAsync(project, "TASKQUEUE_PATH=sqs://work dotnet run check");
        await sandbox.Shell.SucceedAsync(
            project, $"rm -r ../newer && {made.Replace("--queue file", "--queue file sqs", StringComparison.Ordinal)} -n {Name} -o ../newer --no-restore && {Take}");
        var has = await sandbox.Shell.RunAsync(project, "AWS_REGION= AWS_DEFAULT_REGION= TASKQUEUE_PATH=sqs://work dotnet run check");

        Assert.Equal(78, lacks.Code);
        Assert.Contains("TASKQUEUE_PATH names no known kind of queue: 'sqs://...'", lacks.All, StringComparison.Ordinal);
        Assert.Contains("Use one of: fq:// (for example", lacks.All, StringComparison.Ordinal);
        Assert.DoesNotContain("no known kind", has.All, StringComparison.Ordinal);
        Assert.Contains("region", has.All, StringComparison.Ordinal);
    }
}
