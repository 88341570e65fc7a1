using System.Runtime.InteropServices;

namespace TaskQueue.DeployTests.Images;

/// <summary>Images and containers of these tests alone, apart from those of the person at the machine.</summary>
internal sealed class ContainerStore(string folder) : IDisposable
{
    /// <summary>What a hardened container may: nothing but its own files.</summary>
    private static readonly string[] Restricted =
    [
        "--read-only", "--cap-drop", "ALL", "--security-opt", "no-new-privileges", "--network", "host",
        "--ulimit", "nofile=1024:1024", "--ulimit", "nproc=1024:1024",
    ];

    private readonly string _runtime = Need.Runs("runc", "--version") ? "runc" : "crun";
    private string _driver = "overlay";

    /// <summary>The command of buildah, with the place of the images.</summary>
    private string[] Buildah => ["buildah", .. Place];

    private string[] PodmanCommand => ["podman", .. Place, "--runtime", _runtime, "--cgroup-manager", "cgroupfs", "--events-backend", "file"];

    /// <summary>The command that builds; this machine's files stand for those of the SDK's image.</summary>
    private string[] Build
    {
        get
        {
            var packages = Path.Join(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget");
            var dotnet = Path.GetFullPath(Path.Join(RuntimeEnvironment.GetRuntimeDirectory(), "../../.."));
            return
            [
                .. Buildah, "bud", "--isolation", "chroot", "--pull-never", "--layers", "--format", "docker",
                "--volume", "/usr:/usr:ro", "--volume", $"{dotnet}:{dotnet}:ro", "--volume", "/etc/ssl:/etc/ssl:ro", "--volume", $"{packages}:/root/.nuget",
                "--build-arg", "SDK_IMAGE=localhost/sdk",
            ];
        }
    }

    private string[] Place =>
        ["--root", Path.Join(folder, "images"), "--runroot", Path.Join(folder, "state"), "--storage-driver", _driver];

    public static void NeedTools()
    {
        Need.That(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "Images are built and run by root on Linux.");
        Need.That(Need.Runs("buildah", "--version") && Need.Runs("podman", "--version"), "apt-get install buildah podman");
        Need.That(Need.Runs("runc", "--version") || Need.Runs("crun", "--version"), "apt-get install runc");
    }

    /// <summary>Makes the stand-ins for the .NET images.</summary>
    public async Task CreateStandInsAsync()
    {
        var script = Path.Join(Repository.Root, "tests", "Deploy.Tests", "Images", "stand-ins.sh");
        if ((await Command.RunAsync(folder, "bash", [script, .. Buildah])).Code != 0)
        {
            // A machine that is a container itself may have no overlays.
            _driver = "vfs";
            await Command.SucceedAsync(folder, "bash", [script, .. Buildah]);
        }
    }

    /// <summary>Builds a Dockerfile, with the stand-ins for the .NET images.</summary>
    /// <param name="project">Its folder.</param>
    /// <param name="tag">Of the image.</param>
    /// <param name="baseImage">What the program is put on.</param>
    /// <param name="folders">Folders of this machine that the build may read, at their own paths.</param>
    public Task<CommandResult> BuildAsync(string project, string tag, string baseImage = "localhost/runtime", params string[] folders) =>
        Command.SucceedAsync(
            project, Build[0],
            [.. Build[1..], .. folders.SelectMany(folder => new[] { "--volume", $"{folder}:{folder}:ro" }), "--build-arg", $"BASE_IMAGE={baseImage}", "--tag", tag, "."]);

    /// <summary>A program that does what "podman build", "podman pull" and the like do, in this store and without TLS.</summary>
    public string Podman => $"""
        export PATH='{Environment.GetEnvironmentVariable("PATH")}'
        case $1 in
          build) exec {Quoted(Build)} "${"{@:2}"}" ;;
          pull) exec {Quoted(PodmanCommand)} pull --tls-verify=false "${"{@:2}"}" ;;
          *) exec {Quoted(PodmanCommand)} "$@" ;;
        esac
        """;

    /// <summary>Writes an image to a folder, as a registry has it.</summary>
    public Task<CommandResult> ExportAsync(string tag, string target) =>
        Command.SucceedAsync(folder, Buildah[0], [.. Buildah[1..], "push", "--quiet", tag, $"oci:{target}:latest"]);

    public Task<CommandResult> PodmanAsync(params IEnumerable<string> arguments) => Command.RunAsync(Describe(arguments));

    /// <summary>Starts a container that may do as little as possible.</summary>
    public Task<CommandResult> RunAsync(params IEnumerable<string> arguments) => PodmanAsync(["run", "--rm", .. Restricted, .. arguments]);

    /// <summary>As <see cref="RunAsync"/>, for a container that goes on.</summary>
    public System.Diagnostics.Process Start(string name, params IEnumerable<string> arguments) =>
        System.Diagnostics.Process.Start(Describe(["run", "--rm", "--name", name, .. Restricted, .. arguments]))!;

    public void Dispose()
    {
        using var remove = System.Diagnostics.Process.Start(Describe(["rm", "--all", "--force"]))!;
        remove.WaitForExit(TimeSpan.FromSeconds(30));
        using var clean = System.Diagnostics.Process.Start("buildah", [.. Place, "umount", "--all"]);
        clean.WaitForExit(TimeSpan.FromSeconds(30));
    }

    private static string Quoted(string[] command) => string.Join(' ', command.Select(word => $"'{word}'"));

    private System.Diagnostics.ProcessStartInfo Describe(IEnumerable<string> arguments) =>
        Command.Describe(folder, PodmanCommand[0], [.. PodmanCommand[1..], .. arguments]);
}
