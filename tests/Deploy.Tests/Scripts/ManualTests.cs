using System.Text.RegularExpressions;

namespace TaskQueue.DeployTests.Scripts;

/// <summary>What the generated pages, and those for people who come from other tools, say about deployment.</summary>
public sealed partial class ManualTests(Workspace workspace)
{
    private string Manual => string.Join('\n', ((string[])
    [
        Path.Join(workspace.Project, "README.md"),
        .. Directory.GetFiles(Path.Join(workspace.Project, "docs"), "*.md"),
        .. Directory.GetFiles(Path.Join(workspace.Sandbox.Clone, "docs", "coming-from"), "*.md"),
    ]).Select(File.ReadAllText));

    [Fact]
    public async Task Their_command_lines_are_understood_by_the_scripts()
    {
        using var files = new DeployFiles();
        var commands = ScriptCommand().Matches(Manual).Select(match => match.Groups[1].Value.Trim())
            .Where(command => !command.StartsWith("scripts/start-workers.sh", StringComparison.Ordinal)).Distinct().ToList();

        Assert.True(commands.Count > 8, string.Join('\n', commands));
        foreach (var command in commands)
        {
            var line = command.Replace("--env-file FILE --cluster-env FILE", "", StringComparison.Ordinal);
            var options = string.Join(' ', files.Options.Select(option => $"'{option}'"));
            await Command.SucceedAsync(workspace.Project, "bash", "-c", $"bash {line} {options} --dry-run");
        }
    }

    [Fact]
    public void They_name_every_line_of_cluster_env_that_is_not_plain_from_its_comment()
    {
        string[] names =
        [
            "WORKLOAD", "MAX_NODES", "MAX_RUN_SECONDS", "TASK_REPLICAS", "CPU_REQUEST", "MEMORY_REQUEST", "MEMORY_LIMIT",
            "EPHEMERAL_STORAGE_REQUEST", "SPOT_FALLBACK", "CLUSTER_MODE", "GPU_TYPE", "GPU_COUNT", "AWS_ROLE_ARN", "PODS_PER_NODE", "NETWORK_POLICY",
        ];
        foreach (var name in names)
            Assert.Contains(name, Manual, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_script_is_in_a_table()
    {
        foreach (var script in ScriptTests.Scripts.Select(row => row.Data))
            Assert.Contains($"| `{script}` |", Manual, StringComparison.Ordinal);
    }

    [GeneratedRegex("bash (scripts/[a-z-]+\\.sh[^`#\n|]*)")]
    private static partial Regex ScriptCommand();
}
