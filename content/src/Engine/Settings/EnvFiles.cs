using TaskQueue.Contracts;

namespace TaskQueue.Settings;

/// <summary>The env files of one invocation, the later winning.</summary>
/// <param name="Lines">By name.</param>
/// <param name="Warnings">What works but should be changed.</param>
internal sealed record EnvFiles(IReadOnlyDictionary<string, EnvLine> Lines, IReadOnlyList<string> Warnings)
{
    private const string SecretFile = "secret.env";

    /// <summary>Reads config/task.env, or the file given in its place, and the secret.env beside it.</summary>
    /// <exception cref="TaskQueueException">A file is missing or cannot be read (exit code 78).</exception>
    public static EnvFiles Read(string root, string workingDirectory, string? envFile, List<SettingProblem> problems)
    {
        var first = envFile is null
            ? Path.Combine(root, "config", "task.env")
            : Path.GetFullPath(envFile, workingDirectory);
        if (envFile is not null && !File.Exists(first))
            throw Missing(root, envFile, first);

        var second = Path.Combine(Path.GetDirectoryName(first)!, SecretFile);
        var lines = new Dictionary<string, EnvLine>();
        foreach (var path in first == second ? [first] : new[] { first, second })
        {
            foreach (var line in ReadFile(path, root, problems))
                lines[line.Name] = line;
        }

        if (ModeOf(second).HasFlag(UnixFileMode.OtherWrite))
            problems.Add(new($"{NameOf(second, root)} can be written by every user of this machine.", second, $"Protect it: chmod 600 {NameOf(second, root)}"));
        return new(lines, FindWarnings(lines, second, root));
    }

    private static IReadOnlyList<EnvLine> ReadFile(string path, string root, List<SettingProblem> problems)
    {
        if (!File.Exists(path))
            return [];

        var name = NameOf(path, root);
        var lines = EnvFile.Read(path, name, problems);
        problems.AddRange(lines.Select(SettingsTable.FindProblemOfName).OfType<SettingProblem>());
        return lines;
    }

    private static List<string> FindWarnings(Dictionary<string, EnvLine> lines, string secretPath, string root)
    {
        var warnings = new List<string>();
        var secretName = NameOf(secretPath, root);
        if (lines.TryGetValue("TASKQUEUE_PATH", out var queue)
            && SecretMask.HasPassword(queue.Value) && !queue.Where.StartsWith(secretName, StringComparison.Ordinal))
        {
            warnings.Add(
                $"{queue.Where}: TASKQUEUE_PATH holds a password; move the line to {secretName}, which git ignores.");
        }

        if ((ModeOf(secretPath) & (UnixFileMode.GroupRead | UnixFileMode.OtherRead)) != 0)
            warnings.Add($"{secretName} can be read by other users; protect it with: chmod 600 {secretName}");

        return warnings;
    }

    /// <returns>None when there is no such file, and on Windows.</returns>
    private static UnixFileMode ModeOf(string path) =>
        OperatingSystem.IsWindows() || !File.Exists(path) ? UnixFileMode.None : File.GetUnixFileMode(path);

    private static TaskQueueException Missing(string root, string envFile, string path)
    {
        var inConfig = Path.Combine(root, "config", Path.GetFileName(envFile));
        var next = File.Exists(inConfig)
            ? $"Did you mean {NameOf(inConfig, root)}?"
            : "Give the path of an env file, as seen from the working directory.";
        return new(ExitCode.Configuration, $"There is no env file {envFile}.", path, next);
    }

    /// <summary>The path for messages: seen from the project where it is inside.</summary>
    public static string NameOf(string path, string root)
    {
        var relative = Path.GetRelativePath(root, path);
        return relative.StartsWith("..", StringComparison.Ordinal) ? path : relative;
    }
}
