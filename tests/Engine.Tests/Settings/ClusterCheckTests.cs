using System.Text.RegularExpressions;
using TaskQueue.Contracts;
using TaskQueue.Settings.Cluster;

namespace TaskQueue.Tests.Settings;

/// <summary>What "check" says about cluster.env before money is spent.</summary>
public sealed class ClusterCheckTests : IDisposable
{
    private static readonly string Content = Path.Join(Repository.Root, "content");

    private readonly TemporaryFolder _folder = new();

    /// <summary>The file as it is generated, filled in.</summary>
    private static readonly Dictionary<string, string> Cluster = File.ReadLines(Path.Join(Content, "config", "cluster.env"))
        .Where(line => line.Contains('=') && !line.StartsWith('#')).Select(line => line.Split('=', 2))
        .Append(["GOOGLE_PROJECT_NAME", "my-project"]).Append(["TASK_DOCKER_IMAGE", "me/work:1"])
        .GroupBy(line => line[0]).ToDictionary(lines => lines.Key, lines => lines.Last()[1]);

    private static readonly Dictionary<string, string> Task = new()
    {
        ["TASKQUEUE_PATH"] = "amqps://rabbit.example.com/work",
        ["CF_CLOUDPATH"] = "gs://bucket/prefix",
    };

    public ClusterCheckTests() => Directory.CreateDirectory(_folder["config"]);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("job of 12 workers on at most 4 Spot nodes e2-standard-4 in us-west1-a")]
    [InlineData("scaledjob of at most 12 workers on at most 4 Spot nodes e2-standard-4 in us-west1-a", "WORKLOAD=scaledjob", "RABBITMQ_MANAGEMENT_URL=https://rabbit.example.com")]
    [InlineData("scaledjob of at most 12 workers on at most 4 Spot nodes e2-standard-4 in us-west1-a", "WORKLOAD=scaledjob", "TASKQUEUE_PATH=sqs://us-west-2/work", "AWS_ACCESS_KEY_ID=key", "AWS_SECRET_ACCESS_KEY=key")]
    [InlineData("scaledjob of at most 12 workers on at most 4 Spot nodes e2-standard-4 in us-west1-a", "WORKLOAD=scaledjob", "TASKQUEUE_PATH=sqs://us-west-2/work", "AWS_ROLE_ARN=arn:aws:iam::123456789012:role/worker")]
    [InlineData("job of 12 workers on Autopilot in us-west1", "CLUSTER_MODE=autopilot")]
    [InlineData("job of 4 workers on at most 4 Spot nodes g2-standard-8 in us-west1-a", "GOOGLE_COMPUTE_TYPE=g2-standard-8", "GPU_TYPE=nvidia-l4", "GPU_COUNT=1", "TASK_REPLICAS=4", "CPU_REQUEST=7", "MEMORY_REQUEST=24Gi", "MEMORY_LIMIT=24Gi")]
    [InlineData("job of 4 workers on at most 4 Spot nodes a2-highgpu-1g in us-west1-a", "GOOGLE_COMPUTE_TYPE=a2-highgpu-1g", "TASK_REPLICAS=4")]
    [InlineData("job of 2 workers on at most 1 Spot nodes n2-custom-4-10240 in us-west1-a", "GOOGLE_COMPUTE_TYPE=n2-custom-4-10240", "MAX_NODES=1", "TASK_REPLICAS=2", "MEMORY_REQUEST=3.5Gi", "MEMORY_LIMIT=")]
    public void What_can_work_is_described(string expected, params string[] lines) => Assert.Equal(expected, Check(lines));

    [Theory]
    [InlineData("GOOGLE_COMPUTE_TYPE is \"e2-standard\"", "GOOGLE_COMPUTE_TYPE=e2-standard")]
    [InlineData("TASK_NAME is \"Kube_System\"", "TASK_NAME=Kube_System")]
    [InlineData("TASK_NAME is \"default\"", "TASK_NAME=default")]
    [InlineData("GOOGLE_ZONE is \"us-west1\"", "GOOGLE_ZONE=us-west1")]
    [InlineData("MAX_NODES is \"0\"; allowed: a whole number from 1 to 1000", "MAX_NODES=0")]
    [InlineData("CPU_REQUEST is \"1cpu\"", "CPU_REQUEST=1cpu")]
    [InlineData("MEMORY_REQUEST is \"2GB\"", "MEMORY_REQUEST=2GB")]
    [InlineData("WORKLOAD is \"cronjob\"; allowed: job, deployment, scaledobject, scaledjob", "WORKLOAD=cronjob")]
    [InlineData("AWS_ROLE_ARN is \"worker\"", "AWS_ROLE_ARN=worker")]
    [InlineData("TASK_DOCKER_IMAGE is \"work\"", "TASK_DOCKER_IMAGE=work")]
    [InlineData("CLUSTER_MODE is \"kind\"; allowed: standard, autopilot, none", "CLUSTER_MODE=kind")]
    [InlineData("KUBE_CONTEXT is kind-tasks, and CLUSTER_MODE is standard: two clusters are named.", "KUBE_CONTEXT=kind-tasks")]
    [InlineData("NUMBER_NODES is not used. Write MAX_NODES", "NUMBER_NODES=3")]
    [InlineData("There is no setting TASK_REPLICA of the cluster.", "TASK_REPLICA=3")]
    [InlineData("MEMORY_LIMIT, 1Gi, is less than MEMORY_REQUEST, 2Gi", "MEMORY_LIMIT=1Gi")]
    [InlineData("GPU_COUNT is 1, and GPU_TYPE is missing", "GPU_COUNT=1")]
    public void A_wrong_line_is_refused_with_what_is_allowed(string message, params string[] lines) => AssertRefused(message, lines);

    [Theory]
    [InlineData("CPU_REQUEST is 4, and a node e2-standard-4 leaves 3.5 of its 4 CPUs for workers", "CPU_REQUEST=4")]
    [InlineData("MEMORY_REQUEST is 14Gi, and a node e2-standard-4 leaves 12.9 of its 16 GiB for workers", "MEMORY_REQUEST=14Gi", "MEMORY_LIMIT=14Gi")]
    [InlineData("EPHEMERAL_STORAGE_REQUEST is 60Gi", "EPHEMERAL_STORAGE_REQUEST=60Gi", "EPHEMERAL_STORAGE_LIMIT=60Gi")]
    [InlineData("TASK_REPLICAS is 13, and 4 e2-standard-4 nodes have room for 12 workers, 3 each", "TASK_REPLICAS=13")]
    [InlineData("TASK_REPLICAS is 12, and 4 e2-standard-4 nodes have room for 8 workers, 2 each", "MEMORY_REQUEST=6Gi", "MEMORY_LIMIT=6Gi")]
    [InlineData("TASK_REPLICAS is 12, and 4 g2-standard-8 nodes have room for 4 workers, 1 each", "GOOGLE_COMPUTE_TYPE=g2-standard-8", "GPU_TYPE=nvidia-l4", "GPU_COUNT=1")]
    public void Workers_that_do_not_fit_on_the_nodes_are_refused(string message, params string[] lines) => AssertRefused(message, lines);

    [Theory]
    [InlineData("TASKQUEUE_PATH is fq://queue, a file of this machine", "TASKQUEUE_PATH=fq://queue")]
    [InlineData("TASKQUEUE_PATH holds a password", "TASKQUEUE_PATH=amqps://me:secret@rabbit.example.com/work")]
    [InlineData("CF_CLOUDPATH is output, which would vanish with its pod", "CF_CLOUDPATH=output")]
    [InlineData("WORKER_DRAIN_SECONDS is 14, and a Spot node gives a pod 15 s", "WORKER_DRAIN_SECONDS=14")]
    [InlineData("TQ_LEASE_SECONDS is 3600: when a node vanishes, its tasks wait that long", "TQ_LEASE_SECONDS=3600")]
    [InlineData("The pods could not sign in to AWS", "CF_CLOUDPATH=s3://bucket/prefix")]
    [InlineData("KEDA needs AWS_REGION", "WORKLOAD=scaledjob", "TASKQUEUE_PATH=sqs://work", "AWS_ACCESS_KEY_ID=key", "AWS_SECRET_ACCESS_KEY=key")]
    [InlineData("KEDA needs RABBITMQ_MANAGEMENT_URL", "WORKLOAD=scaledobject")]
    [InlineData("KEDA needs AWS_SECRET_ACCESS_KEY", "WORKLOAD=scaledjob", "TASKQUEUE_PATH=sqs://work", "AWS_REGION=us-west-2", "AWS_ACCESS_KEY_ID=key")]
    public void Settings_that_cannot_live_with_pods_are_refused(string message, params string[] lines) => AssertRefused(message, lines);

    /// <summary>What only Google's clusters want may be missing there, or be wrong.</summary>
    [Theory]
    [InlineData("job of 500 workers in the context kind-tasks", "TASK_REPLICAS=500", "GOOGLE_ZONE=here", "GOOGLE_COMPUTE_TYPE=", "MAX_NODES=")]
    [InlineData("job of 12 workers in the context kind-tasks", "CPU_REQUEST=64", "MEMORY_REQUEST=900Gi", "MEMORY_LIMIT=900Gi", "GPU_COUNT=8")]
    [InlineData("job of 12 workers in the context kind-tasks", "WORKER_DRAIN_SECONDS=120")]
    [InlineData("job of 12 workers in the context kind-tasks", "CF_CLOUDPATH=s3://bucket/prefix")]
    [InlineData("scaledobject of at most 12 workers in the context kind-tasks", "WORKLOAD=scaledobject", "TASKQUEUE_PATH=sqs://work", "AWS_REGION=us-west-2")]
    [InlineData("deployment of 12 workers in the context arn:aws:eks:eu-central-1:123456789012:cluster/tasks", "WORKLOAD=deployment", "KUBE_CONTEXT=arn:aws:eks:eu-central-1:123456789012:cluster/tasks")]
    public void On_any_cluster_it_takes_a_context_and_an_image(string expected, params string[] lines) =>
        Assert.Equal(expected, Check(["CLUSTER_MODE=none", "KUBE_CONTEXT=kind-tasks", "GOOGLE_PROJECT_NAME=", .. lines]));

    [Theory]
    [InlineData("KUBE_CONTEXT is missing", "KUBE_CONTEXT=")]
    [InlineData("TASK_DOCKER_IMAGE is missing", "TASK_DOCKER_IMAGE=")]
    [InlineData("MEMORY_LIMIT, 1Gi, is less than MEMORY_REQUEST, 2Gi", "MEMORY_LIMIT=1Gi")]
    [InlineData("TASKQUEUE_PATH is fq://queue, a file of this machine, which no pod can reach", "TASKQUEUE_PATH=fq://queue")]
    [InlineData("CF_CLOUDPATH is output, which would vanish with its pod", "CF_CLOUDPATH=output")]
    [InlineData("KEDA needs AWS_SECRET_ACCESS_KEY", "WORKLOAD=scaledjob", "TASKQUEUE_PATH=sqs://us-west-2/work", "AWS_ACCESS_KEY_ID=key")]
    public void On_any_cluster_what_no_pod_can_live_with_is_refused(string message, params string[] lines) =>
        AssertRefused(message, ["CLUSTER_MODE=none", "KUBE_CONTEXT=kind-tasks", "GOOGLE_PROJECT_NAME=", .. lines]);

    [Fact]
    public void A_password_in_secret_env_is_where_it_belongs()
    {
        File.WriteAllText(_folder["config/secret.env"], "TASKQUEUE_PATH=amqps://me:secret@rabbit.example.com/work\n");

        Assert.StartsWith("job of 12 workers", Check(), StringComparison.Ordinal);
    }

    [Fact]
    public void All_problems_are_told_at_once_each_with_its_line()
    {
        var error = Assert.Throws<TaskQueueException>(() => Check("MAX_NODES=none", "GOOGLE_ZONE=here", "GOOGLE_CLUSTER_NAME="));

        Assert.Equal(ExitCode.Configuration, error.ExitCode);
        Assert.StartsWith("3 settings cannot be used:", error.Message, StringComparison.Ordinal);
        Assert.Equal(3, Regex.Count(error.Message, "^config/cluster.env, line [0-9]+: ", RegexOptions.Multiline));
    }

    [Fact]
    public void A_file_that_names_no_cluster_is_not_used()
    {
        File.Copy(Path.Join(Content, "config", "cluster.env"), _folder["config/cluster.env"]);

        Assert.Equal("not used: config/cluster.env names no cluster", ClusterCheck.Run(_folder.Path, _folder.Path, null, null));
        Assert.Throws<TaskQueueException>(() => ClusterCheck.Run(_folder.Path, _folder.Path, null, "config/cluster.env"));
    }

    /// <summary>The file, the scripts and the program have the same names, and the scripts and the program the same defaults.</summary>
    [Fact]
    public void The_scripts_know_the_same_lines()
    {
        var scripts = new[] { "settings.sh", "google.sh" }
            .Select(name => File.ReadAllText(Path.Join(Content, "scripts", "lib", name)))
            .SelectMany(script => Regex.Match(script, "^cluster_names\\+?='\n?(.*?)'", RegexOptions.Singleline | RegexOptions.Multiline).Groups[1].Value
                .Split('\n', StringSplitOptions.RemoveEmptyEntries)).Order(StringComparer.Ordinal);

        Assert.Equal(ClusterTable.All.Select(setting => setting.Default is null ? setting.Name : $"{setting.Name}={setting.Default}").Order(StringComparer.Ordinal), scripts);
        Assert.Equal(ClusterTable.All.Select(setting => setting.Name).Order(StringComparer.Ordinal), Cluster.Keys.Order(StringComparer.Ordinal));
    }

    private void AssertRefused(string message, string[] lines)
    {
        var error = Assert.Throws<TaskQueueException>(() => Check(lines));

        Assert.Equal(ExitCode.Configuration, error.ExitCode);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret@", error.Message, StringComparison.Ordinal);
    }

    /// <summary>Checks the two files, with lines in place of those of the same names.</summary>
    private string Check(params string[] lines)
    {
        var (cluster, task) = (new Dictionary<string, string>(Cluster), new Dictionary<string, string>(Task));
        foreach (var line in lines.Select(line => line.Split('=', 2)))
        {
            var isTasks = line[0].StartsWith("AWS_", StringComparison.Ordinal) && line[0] != "AWS_ROLE_ARN"
                || line[0] is "TASKQUEUE_PATH" or "CF_CLOUDPATH" or "RABBITMQ_MANAGEMENT_URL" or "WORKER_DRAIN_SECONDS" or "TQ_LEASE_SECONDS";
            (isTasks ? task : cluster)[line[0]] = line[1];
        }

        if (File.Exists(_folder["config/secret.env"]))
            task.Remove("TASKQUEUE_PATH");
        File.WriteAllLines(_folder["config/cluster.env"], cluster.Select(line => $"{line.Key}={line.Value}"));
        File.WriteAllLines(_folder["config/task.env"], task.Select(line => $"{line.Key}={line.Value}"));
        return ClusterCheck.Run(_folder.Path, _folder.Path, null, null);
    }
}
