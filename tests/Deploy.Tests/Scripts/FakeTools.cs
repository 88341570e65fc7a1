using System.Text.Json;

namespace TaskQueue.DeployTests.Scripts;

/// <summary>Programs in a folder of their own that stands first on PATH. They keep what they were asked.</summary>
internal sealed class FakeTools
{
    /// <summary>Programs that only note their arguments take no time, and the real gcloud starts in seconds: a script that is not done by then never ends.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    private readonly string _folder;
    private readonly Dictionary<string, object[]> _answers = [];

    /// <param name="folder">Where they go, and where a script's temporary files go.</param>
    /// <param name="names">Which programs there are.</param>
    public FakeTools(string folder, params string[] names)
    {
        _folder = Directory.CreateDirectory(Path.Join(folder, "tools")).FullName;
        foreach (var name in names)
            Write(name, $"exec node '{Path.Join(Repository.Root, "tests", "node", "fakes", "tool.mjs")}' {name} \"$@\"");
    }

    private string Log => Path.Join(_folder, "calls.jsonl");

    /// <summary>The command lines of all calls, in order.</summary>
    public IReadOnlyList<string> Calls =>
        File.Exists(Log) ? [.. File.ReadLines(Log).Select(line => JsonDocument.Parse(line).RootElement.GetProperty("line").GetString()!)] : [];

    /// <summary>What a command prints, or as a number the code with which it fails: the first time, the second, and so on; then the last.</summary>
    public FakeTools Answer(string command, params object[] answers)
    {
        _answers[command] = answers;
        return this;
    }

    /// <summary>Puts a program of one line of bash on PATH.</summary>
    public void Write(string name, string script)
    {
        var path = Path.Join(_folder, name);
        File.WriteAllText(path, $"#!/usr/bin/env bash\n{script}\n");
        File.SetUnixFileMode(path, (UnixFileMode)0b111_101_101);
    }

    /// <summary>Runs a script that finds these programs first.</summary>
    public Task<CommandResult> RunAsync(string script, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        File.WriteAllText(Path.Join(_folder, "answers.json"), JsonSerializer.Serialize(_answers));
        var start = Command.Describe(_folder, "bash", [script, .. arguments]);
        start.Environment["PATH"] = $"{_folder}:{start.Environment["PATH"]}";
        start.Environment["FAKE_LOG"] = Log;
        start.Environment["FAKE_FLAGS"] = Path.Join(Repository.Root, "tests", "Deploy.Tests", "Scripts", "gcloud-flags.json");
        start.Environment["FAKE_ANSWERS"] = Path.Join(_folder, "answers.json");
        start.Environment["KUBECONFIG"] = Path.Join(_folder, "no-kubeconfig");
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
            start.Environment[name] = value;
        return Command.RunAsync(start, Limit);
    }

    /// <summary>Runs a script at a terminal of its own, with what a person types.</summary>
    public async Task<CommandResult> RunAtTerminalAsync(string script, DeployFiles files, string answer)
    {
        var typed = Path.Join(_folder, "at-terminal.sh");
        var command = $"bash '{script}' --env-file '{files.TaskEnv}' --cluster-env '{files.ClusterEnv}'";
        await File.WriteAllTextAsync(typed, $"printf '{answer}\\n' | script --quiet --return --command \"{command}\" /dev/null\n");
        return await RunAsync(typed, []);
    }
}
