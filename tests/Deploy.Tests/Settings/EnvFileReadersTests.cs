using System.Text;
using System.Text.Json;
using TaskQueue.DeployTests.Manifests;
using TaskQueue.Settings;

namespace TaskQueue.DeployTests.Settings;

/// <summary>One env file, read by bash, kubectl, podman and the program: all of them read every allowed line alike.</summary>
public sealed class EnvFileReadersTests(Workspace workspace)
{
    [Fact]
    public async Task Every_allowed_value_is_read_alike()
    {
        using var folder = new TemporaryFolder();
        var file = folder["task.env"];
        var expected = AllowedValues.Write(file);

        Assert.Equal(expected, await ReadByBashAsync(folder.Path, file, "set -a; source \"$1\"; env --null"));
        Assert.Equal(expected, await ReadByScriptsAsync(folder.Path, file, expected.Keys));
    }

    [Fact]
    public async Task Every_allowed_value_reaches_the_cluster_alike()
    {
        Need.That(Need.Runs("kubectl", "version", "--client"), "kubectl: https://kubernetes.io/docs/tasks/tools/");
        using var folder = new TemporaryFolder();
        var file = folder["task.env"];
        var expected = AllowedValues.Write(file);

        Assert.Equal(expected, await ReadByKubectlAsync(folder.Path, file));
        Assert.Equal(expected, await ReadByKustomizeAsync(folder.Path));
    }

    [Fact]
    public void Every_other_value_is_refused_with_its_line()
    {
        string[] refused =
        [
            .. "\"'`\\$&;|<>() \t".Select(character => $"x{character}y"), "~", "~/x", "a:~b", " x", "x ", "1 # one", "x\u00A0y", "x\u2028y", "x\u0001y", "x\u007Fy",
        ];
        foreach (var value in refused)
        {
            var problems = new List<SettingProblem>();
            var lines = EnvFile.Parse(Encoding.UTF8.GetBytes($"A=1\n# two\nB={value}\n"), "task.env", problems);

            Assert.Equal("A", Assert.Single(lines).Name);
            Assert.Equal("task.env, line 3", Assert.Single(problems).Where);
        }
    }

    [Fact]
    public async Task The_scripts_refuse_what_the_program_refuses()
    {
        foreach (var character in "\"'`\\$&;|<>() \t")
        {
            using var files = new DeployFiles();
            files.WriteTask("TASKQUEUE_PATH=sqs://work", $"A=x{character}y");

            var result = await Command.RunAsync(files.Folder, "bash", [workspace.Script("render.sh"), .. files.Options]);

            Assert.Equal(78, result.Code);
            Assert.Contains("line 2", result.Error, StringComparison.Ordinal);
        }
    }

    private static async Task<Dictionary<string, string>> ReadByBashAsync(string folder, string file, string script)
    {
        var start = Command.Describe(folder, "bash", "-c", script, "bash", file);
        var path = start.Environment["PATH"];
        start.Environment.Clear();
        start.Environment["PATH"] = path;
        var result = await Command.RunAsync(start);
        Assert.True(result.Code == 0, result.All);
        return result.Output.Split('\0', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('=', 2))
            .Where(line => line[0].StartsWith('V')).ToDictionary(line => line[0], line => line[1]);
    }

    private Task<Dictionary<string, string>> ReadByScriptsAsync(string folder, string file, IEnumerable<string> names) => ReadByBashAsync(
        folder, file,
        $"source '{workspace.Script("lib/common.sh")}'; source '{workspace.Script("lib/settings.sh")}'; check_lines \"$1\"; for name in {string.Join(' ', names)}; do printf '%s=%s\\0' \"$name\" \"$(env_value \"$1\" \"$name\")\"; done");

    private static async Task<Dictionary<string, string>> ReadByKubectlAsync(string folder, string file)
    {
        var result = await Command.SucceedAsync(folder, "kubectl", "create", "configmap", "settings", $"--from-env-file={file}", "--dry-run=client", "--output=json");
        return JsonDocument.Parse(result.Output).RootElement.At("data").Deserialize<Dictionary<string, string>>()!;
    }

    private static async Task<Dictionary<string, string>> ReadByKustomizeAsync(string folder)
    {
        await File.WriteAllTextAsync(Path.Join(folder, "kustomization.yaml"), "configMapGenerator: [{name: settings, envs: [task.env]}]\n");
        var yaml = await Command.SucceedAsync(folder, "kubectl", "kustomize", folder);
        await File.WriteAllTextAsync(Path.Join(folder, "settings.yaml"), yaml.Output);
        var check = await Node.ReadScript("manifests/check.mjs", Path.Join(folder, "settings.yaml"));
        return JsonDocument.Parse(check.Output).RootElement.At("0.content.data").Deserialize<Dictionary<string, string>>()!;
    }
}
