namespace TaskQueue.DeployTests.Scripts;

/// <summary>What all scripts for the cluster have in common.</summary>
public sealed class ScriptTests(Workspace workspace)
{
    public static TheoryData<string> Scripts =>
        ["render.sh", "build-image.sh", "make-cluster.sh", "apply-task.sh", "deploy-cluster.sh", "remove-task.sh", "delete-cluster.sh"];

    [Fact]
    public async Task They_are_sound()
    {
        Need.That(Need.Runs("shellcheck", "--version"), "apt-get install shellcheck");
        var scripts = Directory.GetFiles(Path.Join(workspace.Project, "scripts"), "*.sh");
        var ours = Path.Join(Repository.Root, "tests", "Deploy.Tests", "Images", "stand-ins.sh");

        await Command.SucceedAsync(workspace.Project, "shellcheck", ["--external-sources", ours, .. scripts]);
        Assert.Equal(Scripts.Count + 1, scripts.Length);
    }

    [Theory]
    [MemberData(nameof(Scripts))]
    public async Task Help_says_how_it_is_used_and_an_unknown_option_is_refused(string script)
    {
        var help = await Command.SucceedAsync("/", "bash", workspace.Script(script), "--help");
        var unknown = await Command.RunAsync("/", "bash", workspace.Script(script), "--quick");
        var incomplete = await Command.RunAsync("/", "bash", workspace.Script(script), "--env-file");

        Assert.StartsWith($"Usage: scripts/{script} [OPTIONS]", help.Output, StringComparison.Ordinal);
        Assert.Contains("--dry-run", help.Output, StringComparison.Ordinal);
        Assert.Equal((64, 64), (unknown.Code, incomplete.Code));
        Assert.Contains("There is no option \"--quick\".", unknown.Error, StringComparison.Ordinal);
        Assert.Contains("--env-file needs a value.", incomplete.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("deploy-cluster.sh", "TASK_NAME TASK_DOCKER_IMAGE GOOGLE_PROJECT_NAME GOOGLE_CLUSTER_NAME GOOGLE_ZONE GOOGLE_COMPUTE_TYPE MAX_NODES TASK_REPLICAS CPU_REQUEST MEMORY_REQUEST")]
    [InlineData("make-cluster.sh", "TASK_NAME GOOGLE_PROJECT_NAME GOOGLE_CLUSTER_NAME GOOGLE_ZONE GOOGLE_COMPUTE_TYPE MAX_NODES")]
    [InlineData("apply-task.sh", "TASK_NAME TASK_DOCKER_IMAGE GOOGLE_PROJECT_NAME GOOGLE_CLUSTER_NAME GOOGLE_ZONE TASK_REPLICAS CPU_REQUEST MEMORY_REQUEST")]
    [InlineData("render.sh", "TASK_NAME TASK_DOCKER_IMAGE TASK_REPLICAS CPU_REQUEST MEMORY_REQUEST")]
    [InlineData("build-image.sh", "TASK_DOCKER_IMAGE")]
    [InlineData("remove-task.sh", "TASK_NAME GOOGLE_PROJECT_NAME GOOGLE_CLUSTER_NAME GOOGLE_ZONE")]
    [InlineData("delete-cluster.sh", "GOOGLE_PROJECT_NAME GOOGLE_CLUSTER_NAME GOOGLE_ZONE")]
    public async Task All_missing_lines_are_named_at_once(string script, string names)
    {
        using var files = new DeployFiles();
        await File.WriteAllTextAsync(files.ClusterEnv, "WORKLOAD=job\n", TestContext.Current.CancellationToken);

        var result = await Command.RunAsync("/", "bash", [workspace.Script(script), .. files.Options]);

        Assert.Equal(78, result.Code);
        var missing = result.Error.Split("does not say: ")[1].Split('\n')[0].Split(' ');
        Assert.Equal(names.Split(' ').Order(), missing.Order());
    }

    [Theory]
    [InlineData("render.sh", "kubectl")]
    [InlineData("apply-task.sh", "kubectl")]
    [InlineData("make-cluster.sh", "gcloud", "gke-gcloud-auth-plugin", "kubectl")]
    [InlineData("deploy-cluster.sh", "gcloud", "kubectl")]
    [InlineData("remove-task.sh", "kubectl")]
    [InlineData("delete-cluster.sh", "gcloud")]
    [InlineData("build-image.sh", "docker")]
    public async Task All_missing_programs_are_named_at_once(string script, params string[] programs)
    {
        using var files = new DeployFiles();
        var start = Command.Describe(files.Folder, "bash", [workspace.Script(script), .. files.Options]);
        start.Environment["PATH"] = await OnlyBasicsAsync(files.Folder);

        var result = await Command.RunAsync(start);

        Assert.Equal(69, result.Code);
        Assert.All(programs, program => Assert.Contains($"{program}: ", result.Error, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("TASKQUEUE_PATH=fq://queue", "TASKQUEUE_PATH is fq://queue, a file of this machine")]
    [InlineData("TASKQUEUE_PATH=amqp://me:secret@host/queue", "TASKQUEUE_PATH holds a password")]
    [InlineData("CF_CLOUDPATH=output", "CF_CLOUDPATH is output, which would vanish with the pod")]
    [InlineData("WORKLOAD=cronjob", "allowed: job, deployment, scaledobject, scaledjob")]
    [InlineData("WORKER_DRAIN_SECONDS=ten", "WORKER_DRAIN_SECONDS is ten; allowed: a whole number of seconds.")]
    [InlineData("TASK_REPLICAS=ten", "TASK_REPLICAS is ten; allowed: a whole number from 1.")]
    [InlineData("NETWORK_POLICY=maybe", "NETWORK_POLICY is maybe; allowed: yes, no.")]
    [InlineData("CLUSTER_MODE=manual", "allowed: standard, autopilot, none")]
    [InlineData("KUBE_CONTEXT=kind-tasks", "KUBE_CONTEXT is kind-tasks, and CLUSTER_MODE is standard")]
    public async Task What_cannot_work_on_a_cluster_is_refused_before_anything_is_made(string line, string message)
    {
        using var files = new DeployFiles(line);
        var tools = new FakeTools(files.Folder, "gcloud", "kubectl", "docker", "dotnet", "gke-gcloud-auth-plugin");

        foreach (var script in new[] { "render.sh", "make-cluster.sh", "apply-task.sh", "deploy-cluster.sh" })
        {
            var result = await tools.RunAsync(workspace.Script(script), files.Options);
            Assert.Equal(78, result.Code);
            Assert.Contains(message, result.Error, StringComparison.Ordinal);
            Assert.DoesNotContain("secret@", result.All, StringComparison.Ordinal);
        }

        Assert.Empty(tools.Calls);
    }

    [Theory]
    [InlineData(0b110_100_100, false)]
    [InlineData(0b110_100_000, false)]
    [InlineData(0b110_000_010, false)]
    [InlineData(0b110_000_000, true)]
    [InlineData(0b100_000_000, true)]
    public async Task Secrets_that_others_can_read_or_write_are_refused_with_the_command_that_mends_it(int mode, bool isAllowed)
    {
        using var files = new DeployFiles().WithSecrets("MY_SECRET=canary");
        File.SetUnixFileMode(files.SecretEnv, (UnixFileMode)mode);
        var tools = new FakeTools(files.Folder, "gcloud", "kubectl", "docker", "dotnet", "gke-gcloud-auth-plugin");

        foreach (var script in new[] { "render.sh", "make-cluster.sh", "apply-task.sh", "deploy-cluster.sh" })
        {
            var result = await tools.RunAsync(workspace.Script(script), [.. files.Options, "--dry-run"]);
            Assert.Equal(isAllowed ? 0 : 78, result.Code);
            Assert.Equal(!isAllowed, result.Error.Contains($"chmod 600 '{files.SecretEnv}'", StringComparison.Ordinal));
            Assert.DoesNotContain("canary", result.All, StringComparison.Ordinal);
        }

        // What costs money can always be deleted.
        Assert.Equal(0, (await tools.RunAsync(workspace.Script("delete-cluster.sh"), [.. files.Options, "--dry-run"])).Code);
    }

    [Theory]
    [InlineData("A=$(touch HERE)")]
    [InlineData("A=`touch HERE`")]
    [InlineData("A=1 # one")]
    [InlineData("A=\"one\"")]
    [InlineData("export A=1")]
    [InlineData("A=1\r")]
    [InlineData("touch HERE")]
    public async Task A_line_that_is_not_plain_is_refused_with_its_number_and_never_run(string line)
    {
        using var files = new DeployFiles();
        files.WriteTask("TASKQUEUE_PATH=sqs://work", line.Replace("HERE", Path.Join(files.Folder, "here"), StringComparison.Ordinal));

        var result = await Command.RunAsync(files.Folder, "bash", [workspace.Script("render.sh"), .. files.Options]);

        Assert.Equal(78, result.Code);
        Assert.Contains("line 2", result.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Join(files.Folder, "here")));
    }

    [Fact]
    public async Task A_dry_run_prints_every_command_and_runs_none()
    {
        using var files = new DeployFiles("TASK_DOCKER_IMAGE=us-west1-docker.pkg.dev/my-project/images/vegetation:1");
        var tools = new FakeTools(files.Folder, "gcloud", "kubectl", "docker", "dotnet", "helm", "gke-gcloud-auth-plugin");

        var result = await tools.RunAsync(workspace.Script("deploy-cluster.sh"), [.. files.Options, "--dry-run", "--delete-when-done"]);

        Assert.Equal(0, result.Code);
        Assert.Empty(tools.Calls);
        Assert.Equal(
            [
                "dotnet run check", "docker pull --platform", "docker build --platform", "gcloud artifacts repositories", "gcloud auth configure-docker", "docker push us-west1-docker.pkg.dev/my-project/images/vegetation:1",
                "gcloud container clusters", "gcloud container node-pools", "gcloud container clusters", "gcloud storage buckets",
                "bash", "kubectl --context gke_my-project_us-west1-a_my-cluster", "bash", "gcloud container clusters",
            ],
            result.Output.TrimEnd().Split('\n').Select(line => string.Join(' ', line.Split(' ').TakeWhile((_, i) => i < (line.StartsWith("bash", StringComparison.Ordinal) ? 1 : 3)))));
    }

    /// <summary>A folder with what every system has, one further program perhaps, and nothing else.</summary>
    internal static async Task<string> OnlyBasicsAsync(string folder, string? further = null, string target = "")
    {
        var basics = Directory.CreateDirectory(Path.Join(folder, "basics")).FullName;
        if (further is not null)
            File.CreateSymbolicLink(Path.Join(basics, further), target);
        foreach (var name in new[] { "bash", "cat", "cp", "cut", "date", "dirname", "env", "grep", "head", "mkdir", "mktemp", "rm", "sed" })
            File.CreateSymbolicLink(Path.Join(basics, name), (await Command.SucceedAsync("/", "which", name)).Output.Trim());
        return basics;
    }
}
