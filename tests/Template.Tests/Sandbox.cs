using System.Diagnostics;

namespace TaskQueue.TemplateTests;

/// <summary>A copy of this repository as a fresh clone has it, the package made from it, and a .NET without other templates.</summary>
public sealed class Sandbox : IAsyncLifetime
{
    private readonly string _root = Directory.CreateTempSubdirectory("template-tests-").FullName;

    private readonly Lazy<Task<BuiltProject>> _demo;
    private readonly Lazy<Task<string>> _feed;

    public Sandbox()
    {
        _feed = new Lazy<Task<string>>(PackEngineAsync);
        _demo = new Lazy<Task<BuiltProject>>(() => BuildAsync("Demo", "projects"));
        Clone = Folder("clone");
        Shell = new Shell(Folder("home"));
    }

    /// <summary>Files in the clone that git ignores, and that nobody else may get.</summary>
    public static IReadOnlyList<string> Private { get; } =
        ["content/config/secret.env", "content/config/secrets/key.json", "content/report.html", "content/results.csv", "content/output/a.txt"];

    internal Shell Shell { get; }

    /// <summary>The copy of the repository.</summary>
    public string Clone { get; }

    public string Package { get; private set; } = "";

    /// <summary>A line for each project of the matrix, which tests/run prints.</summary>
    public List<string> Matrix { get; } = [];

    public async ValueTask InitializeAsync()
    {
        var repository = FindRepository(AppContext.BaseDirectory);
        foreach (var file in await TrackedFilesAsync(repository))
            CopyTo(Clone, repository, file);
        foreach (var file in Private)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Join(Clone, file))!);
            await File.WriteAllTextAsync(Path.Join(Clone, file), "MY_CANARY=1\n");
        }

        await Shell.SucceedAsync(Clone, $"dotnet pack template --output '{Folder("package")}'");
        Package = Directory.EnumerateFiles(Folder("package"), "*.nupkg").Single();
        await Shell.SucceedAsync(_root, $"dotnet new install '{Package}'");
    }

    public string Folder(string name) => Directory.CreateDirectory(Path.Join(_root, name)).FullName;

    /// <summary>Makes a project of that name in a folder of that name.</summary>
    /// <returns>The folder.</returns>
    public async Task<string> GenerateAsync(string name, string below = "projects", string options = "")
    {
        var folder = Path.Join(Folder(below), name);
        await Shell.SucceedAsync(_root, $"dotnet new dltaskqueue -n '{name}' -o '{folder}' --no-restore {options}");
        return folder;
    }

    /// <summary>A folder with the engine's packages, made from the clone.</summary>
    public Task<string> FeedAsync() => _feed.Value;

    /// <summary>Writes a nuget.config for the projects below a folder: the engine's packages, made from the clone, are in a folder of their own.</summary>
    /// <remarks>What is restored from there lies in the sandbox; all other packages are taken from where they are.</remarks>
    public async Task UseEnginePackagesAsync(string below)
    {
        var shared = Environment.GetEnvironmentVariable("NUGET_PACKAGES") ?? Path.Join(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        await File.WriteAllTextAsync(Path.Join(Folder(below), "nuget.config"), $"""
            <configuration>
              <config><add key="globalPackagesFolder" value="{Folder("restored")}" /></config>
              <fallbackPackageFolders><add key="shared" value="{shared}" /></fallbackPackageFolders>
              <packageSources><add key="engine" value="{await FeedAsync()}" /></packageSources>
            </configuration>
            """);
    }

    /// <summary>Makes a project and builds it, with warnings as errors.</summary>
    internal async Task<BuiltProject> BuildAsync(string name, string below, string options = "")
    {
        var start = Stopwatch.GetTimestamp();
        var folder = await GenerateAsync(name, below, options);
        var generated = Stopwatch.GetElapsedTime(start);
        await Shell.SucceedAsync(folder, "dotnet build -warnaserror");
        return new(folder, generated, Stopwatch.GetElapsedTime(start) - generated);
    }

    /// <summary>The project with the defaults, built once, for all tests that change none of its files.</summary>
    internal Task<BuiltProject> DemoAsync() => _demo.Value;

    public ValueTask DisposeAsync()
    {
        Directory.Delete(_root, recursive: true);
        if (Matrix.Count > 0)
            File.WriteAllLines(Path.Join(Directory.CreateDirectory(Path.Join(FindRepository(AppContext.BaseDirectory), "artifacts")).FullName, "template-matrix.txt"), Matrix);
        return ValueTask.CompletedTask;
    }

    private async Task<string> PackEngineAsync()
    {
        await Shell.SucceedAsync(Clone, $"dotnet pack template/engine/Engine.slnx --output '{Folder("feed")}'");
        return Folder("feed");
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

/// <summary>A project, and how long it took to make and to build.</summary>
internal sealed record BuiltProject(string Folder, TimeSpan Generated, TimeSpan Built);

/// <summary>All tests share one sandbox, and run one after the other: each builds projects.</summary>
[CollectionDefinition(nameof(SandboxCollection))]
public sealed class SandboxCollection : ICollectionFixture<Sandbox>;
