namespace TaskQueue.DeployTests;

/// <summary>Env files of one test: filled in, with lines of the test in place of some.</summary>
internal sealed class DeployFiles : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    /// <param name="lines">NAME=value lines. They go to the file that has the name, else to task.env.</param>
    public DeployFiles(params IEnumerable<string> lines)
    {
        Directory.CreateDirectory(_folder["some settings"]);
        var cluster = new Dictionary<string, string>
        {
            ["GOOGLE_PROJECT_NAME"] = "my-project",
            ["TASK_DOCKER_IMAGE"] = "me/vegetation:1",
            ["TASK_NAME"] = "vegetation",
            ["GOOGLE_CLUSTER_NAME"] = "my-cluster",
            ["GOOGLE_ZONE"] = "us-west1-a",
            ["GOOGLE_COMPUTE_TYPE"] = "e2-standard-4",
            ["MAX_NODES"] = "4",
            ["TASK_REPLICAS"] = "12",
            ["CPU_REQUEST"] = "1",
            ["MEMORY_REQUEST"] = "2Gi",
        };
        var task = new Dictionary<string, string>
        {
            ["TASKQUEUE_PATH"] = "sqs://work",
            ["CF_CLOUDPATH"] = "gs://bucket/prefix",
            ["AWS_REGION"] = "us-west-2",
        };
        foreach (var line in lines)
        {
            var (name, value) = (line.Split('=', 2)[0], line.Split('=', 2)[1]);
            var file = ClusterNames.Contains(name) ? cluster : task;
            file[name] = value;
        }

        WriteTask([.. task.Select(line => $"{line.Key}={line.Value}")]);
        File.WriteAllLines(ClusterEnv, cluster.Select(line => $"{line.Key}={line.Value}"));
    }

    private static HashSet<string> ClusterNames { get; } =
    [
        .. File.ReadLines(Path.Join(Repository.Root, "content", "config", "cluster.env"))
            .Where(line => line.Contains('=') && !line.StartsWith('#')).Select(line => line.Split('=')[0]),
    ];

    public string TaskEnv => _folder["some settings/task.env"];

    public string ClusterEnv => _folder["some settings/cluster.env"];

    public string SecretEnv => _folder["some settings/secret.env"];

    /// <summary>Where secret files go; it is made with the first of them.</summary>
    public string SecretFolder => _folder["some settings/secrets"];

    /// <summary>A folder for what the test needs besides.</summary>
    public string Folder => _folder.Path;

    /// <summary>The options that every script has.</summary>
    public string[] Options => ["--env-file", TaskEnv, "--cluster-env", ClusterEnv];

    public void WriteTask(params string[] lines) => File.WriteAllLines(TaskEnv, lines);

    public DeployFiles WithSecrets(params string[] lines)
    {
        File.WriteAllLines(SecretEnv, lines);
        File.SetUnixFileMode(SecretEnv, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return this;
    }

    public DeployFiles WithSecretFile(string name, string content, UnixFileMode mode = UnixFileMode.UserRead)
    {
        Directory.CreateDirectory(SecretFolder);
        var file = Path.Join(SecretFolder, name);
        File.WriteAllText(file, content);
        File.SetUnixFileMode(file, mode);
        return this;
    }

    public void Dispose() => _folder.Dispose();
}
