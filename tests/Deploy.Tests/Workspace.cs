using TaskQueue.DeployTests;

[assembly: AssemblyFixture(typeof(Workspace))]

namespace TaskQueue.DeployTests;

/// <summary>A template sandbox, and one generated project whose name and folder have a space.</summary>
public sealed class Workspace : IAsyncLifetime
{
    public const string ProjectName = "deploy me";

    public Sandbox Sandbox { get; } = new();

    public string Project { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        await Sandbox.InitializeAsync();
        Project = await Sandbox.GenerateAsync(ProjectName);
    }

    /// <summary>The command line of a script.</summary>
    public string Script(string name) => Path.Join(Project, "scripts", name);

    public ValueTask DisposeAsync() => Sandbox.DisposeAsync();
}
