using System.Text.Json;

namespace TaskQueue.DeployTests.Images;

/// <summary>A generated project and the image that its Dockerfile makes. Built once.</summary>
public sealed class ProjectImage : IDisposable
{
    public const string Tag = "localhost/deployed";

    /// <summary>What is in secret.env and in a secret file, and must be in no image.</summary>
    public const string Secret = "canary-6f1d2c";

    private readonly Sandbox _sandbox;
    private readonly Lazy<Task> _building;
    private ContainerStore? _containers;

    public ProjectImage(Workspace workspace)
    {
        _sandbox = workspace.Sandbox;
        _building = new(BuildAsync);
    }

    internal ContainerStore Containers => _containers!;

    public string Project { get; private set; } = "";

    /// <summary>What the build printed; its last line is the id of the image.</summary>
    public string BuildOutput { get; private set; } = "";

    /// <summary>Skips the test where images cannot be built.</summary>
    public Task WhenBuilt()
    {
        ContainerStore.NeedTools();
        return _building.Value;
    }

    /// <summary>A folder for queue and outputs, with the arguments that give it to a container.</summary>
    internal (string Folder, string[] Arguments) Mount(string name, params string[] settings)
    {
        var folder = _sandbox.Folder(name);
        File.SetUnixFileMode(folder, (UnixFileMode)0b111_111_111);
        return (folder,
        [
            "--env-file", Path.Join(Project, "config", "task.env"), "--env", "TASKQUEUE_PATH=fq:///data/queue",
            "--env", "CF_CLOUDPATH=/data/output", .. settings.SelectMany(setting => new[] { "--env", setting }),
            "--volume", $"{folder}:/data",
        ]);
    }

    /// <summary>Runs a verb on a mounted queue that has to end with 0; its standard output, read as JSON.</summary>
    internal async Task<JsonElement> ReadAsync(string[] mounted, params string[] verb)
    {
        var result = await Containers.RunAsync([.. mounted, Tag, .. verb]);
        Assert.True(result.Code == 0, result.All);
        return JsonDocument.Parse(result.Output).RootElement;
    }

    public void Dispose() => _containers?.Dispose();

    private async Task BuildAsync()
    {
        Project = await _sandbox.GenerateAsync("deployed.v2");
        foreach (var task in Directory.GetFiles(Path.Join(Repository.Root, "tests", "Deploy.Tests", "Images"), "*.cs.txt"))
            File.Copy(task, Path.Join(Project, "src", "Tasks", Path.GetFileNameWithoutExtension(task)));
        await File.WriteAllTextAsync(Path.Join(Project, "config", "secret.env"), $"MY_SECRET={Secret}\n");
        Directory.CreateDirectory(Path.Join(Project, "config", "secrets"));
        await File.WriteAllTextAsync(Path.Join(Project, "config", "secrets", "key.json"), Secret);

        // As dotnet new does: it writes the lock files.
        await _sandbox.Shell.SucceedAsync(Project, "dotnet restore");
        _containers = new ContainerStore(_sandbox.Folder("containers"));
        await _containers.CreateStandInsAsync();
        BuildOutput = (await _containers.BuildAsync(Project, Tag)).Output;
    }
}

/// <summary>The classes that run the image share it.</summary>
[CollectionDefinition(nameof(ProjectImageCollection))]
public sealed class ProjectImageCollection : ICollectionFixture<ProjectImage>;
