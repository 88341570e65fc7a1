using System.Diagnostics;

namespace TaskQueue.TemplateTests;

/// <summary>A copy of this repository as a fresh clone has it, the package made from it, and a .NET without other templates.</summary>
public sealed class Sandbox : IAsyncLifetime
{
    private readonly string _root = Directory.CreateTempSubdirectory("template-tests-").FullName;

    private readonly Lazy<Task<string>> _demo;

    public Sandbox()
    {
        _demo = new Lazy<Task<string>>(GenerateDemoAsync);
        Clone = Folder("clone");
        Shell = new Shell(Folder("home"));
    }

    internal Shell Shell { get; }

    /// <summary>The copy of the repository.</summary>
    public string Clone { get; }

    public string Package { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        var repository = FindRepository(AppContext.BaseDirectory);
        foreach (var file in await TrackedFilesAsync(repository))
            CopyTo(Clone, repository, file);

        await Shell.SucceedAsync(Clone, $"dotnet pack template --output '{Folder("package")}'");
        Package = Directory.EnumerateFiles(Folder("package"), "*.nupkg").Single();
        await Shell.SucceedAsync(_root, $"dotnet new install '{Package}'");
    }

    public string Folder(string name) => Directory.CreateDirectory(Path.Join(_root, name)).FullName;

    /// <summary>Makes a project of that name in a folder of that name.</summary>
    /// <returns>The folder.</returns>
    public async Task<string> GenerateAsync(string name, string below = "projects")
    {
        var folder = Path.Join(Folder(below), name);
        await Shell.SucceedAsync(_root, $"dotnet new dltaskqueue -n '{name}' -o '{folder}' --no-restore");
        return folder;
    }

    /// <summary>A project that is generated and built once, for all tests that change nothing in it.</summary>
    /// <returns>The folder.</returns>
    public Task<string> DemoAsync() => _demo.Value;

    public ValueTask DisposeAsync()
    {
        Directory.Delete(_root, recursive: true);
        return ValueTask.CompletedTask;
    }

    private async Task<string> GenerateDemoAsync()
    {
        var folder = await GenerateAsync("Demo");
        await Shell.SucceedAsync(folder, "dotnet build -warnaserror");
        return folder;
    }

    private static async Task<string[]> TrackedFilesAsync(string repository)
    {
        using var git = Process.Start(new ProcessStartInfo("git", ["ls-files", "--cached", "--others", "--exclude-standard", "-z"])
        {
            WorkingDirectory = repository,
            RedirectStandardOutput = true,
        })!;
        var files = await git.StandardOutput.ReadToEndAsync();
        return [.. files.Split('\0', StringSplitOptions.RemoveEmptyEntries).Where(file => File.Exists(Path.Join(repository, file)))];
    }

    private static void CopyTo(string clone, string repository, string file)
    {
        var target = Path.Join(clone, file);
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        File.Copy(Path.Join(repository, file), target);
    }

    private static string FindRepository(string folder) => Directory.Exists(Path.Join(folder, ".template.config"))
        ? folder
        : FindRepository(Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The tests run outside their repository."));
}

/// <summary>All tests share one sandbox, and run one after the other: each builds projects.</summary>
[CollectionDefinition(nameof(SandboxCollection))]
public sealed class SandboxCollection : ICollectionFixture<Sandbox>;
