using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using TaskQueue.DeployTests.Scripts;
using TaskQueue.DeployTests.Settings;

namespace TaskQueue.DeployTests.Images;

/// <summary>The image that the Dockerfile makes, run by podman: not as root, with a root that cannot be written.</summary>
[Collection(nameof(ProjectImageCollection))]
public sealed class ImageTests(ProjectImage image) : IAsyncLifetime
{
    private const string Tag = ProjectImage.Tag;

    private const string DigestLabel = "org.opencontainers.image.base.digest";

    private const long LargestOfOurLayers = 40_000_000;

    private static readonly string Platform = RuntimeInformation.OSArchitecture == Architecture.Arm64 ? "linux/arm64" : "linux/amd64";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await image.WhenBuilt();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task It_works_off_a_queue()
    {
        var (folder, arguments) = image.Mount("work");

        var insert = await image.Containers.RunAsync([.. arguments, Tag, "insert-tasks", "--task", "vegetation"]);
        var worker = await image.Containers.RunAsync([.. arguments, Tag, "worker", "--exit-when-empty"]);
        var status = await image.ReadAsync(arguments, "status", "--json");

        Assert.True(insert.Code == 0, insert.All);
        Assert.True(worker.Code == 0, worker.All);
        Assert.Contains("Inserting 240/240 tasks", insert.Error, StringComparison.Ordinal);
        Assert.Equal(240, status.GetProperty("done").GetInt64());
        Assert.Equal("1654", (await Command.SucceedAsync(folder, "stat", "--format=%u", "queue")).Output.Trim());
    }

    /// <summary>As the manual says: the project's folder mounted, its queue in a file, and the user who owns it.</summary>
    [Fact]
    public async Task It_works_in_a_mounted_project()
    {
        string[] mounted =
        [
            "--env-file", Path.Join(image.Project, "config", "task.env"), "--user", "0:0", "--volume", $"{image.Project}:/work", "--workdir", "/work", Tag,
        ];

        var insert = await image.Containers.RunAsync([.. mounted, "insert-tasks", "--task", "vegetation", "--limit", "3"]);
        var worker = await image.Containers.RunAsync([.. mounted, "worker", "--exit-when-empty"]);

        Assert.True(insert.Code == 0, insert.All);
        Assert.True(worker.Code == 0, worker.All);
        Assert.Equal(3, (await image.Containers.RunAsync([.. mounted, "results"])).Output.TrimEnd().Split('\n').Length);
    }

    [Fact]
    public async Task It_is_the_build_of_its_sources()
    {
        var here = await Command.SucceedAsync(image.Project, "dotnet", "msbuild", "deployed.v2.csproj", "-target:IdentifyBuild", "-getProperty:InformationalVersion");

        var there = await image.Containers.RunAsync([.. image.Mount("described").Arguments, Tag, "describe"]);

        Assert.StartsWith($"Build {here.Output.Trim()}, engine ", there.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_settings_it_says_what_is_missing()
    {
        var worker = await image.Containers.RunAsync(Tag);

        Assert.Equal(78, worker.Code);
        Assert.Contains("set TASKQUEUE_PATH in the environment", worker.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_leaves_the_monitor_out()
    {
        var run = await image.Containers.RunAsync([.. image.Mount("monitored").Arguments, Tag, "monitor"]);

        Assert.Equal(78, run.Code);
        Assert.StartsWith("error: The monitor is not here; an image leaves it out.", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Our_layers_are_small()
    {
        var ours = await SizeAsync(Tag) - await SizeAsync("localhost/runtime");

        TestContext.Current.TestOutputHelper?.WriteLine($"layers over the base image: {ours / 1e6:F1} MB");
        Assert.InRange(ours, 1, LargestOfOurLayers);
    }

    [Fact]
    public async Task It_holds_the_program_its_table_and_its_inputs_and_nothing_secret()
    {
        var archive = Path.Join(image.Mount("content").Folder, "image.tar");
        await image.Containers.PodmanAsync("create", "--name", "content", Tag);
        await image.Containers.PodmanAsync("export", "--output", archive, "content");
        var files = (await Command.SucceedAsync("/", "tar", "--list", "--file", archive, "--wildcards", "app/*")).Output.Split('\n');
        var secret = await Command.RunAsync("/", "grep", "--count", "--text", ProjectImage.Secret, archive);

        Assert.Contains("app/deployed.v2.dll", files);
        Assert.Contains("app/tasks.feather", files);
        Assert.Contains("app/sample/landscape.hdr", files);
        Assert.DoesNotContain(files, file => file.EndsWith(".env", StringComparison.Ordinal));
        Assert.Equal("0", secret.Output.Trim());
    }

    /// <summary>As on a laptop and in a pod, and by the image's user alone.</summary>
    [Fact]
    public async Task A_secret_file_is_at_its_path_in_the_project()
    {
        var (folder, arguments) = image.Mount("secret");
        var secrets = Directory.CreateDirectory(Path.Join(folder, "secrets")).FullName;
        File.Copy(Path.Join(image.Project, "tasks.feather"), Path.Join(secrets, "secret.feather"));
        await Command.SucceedAsync("/", "chown", "--recursive", "1654:1654", secrets);
        await Command.SucceedAsync("/", "chmod", "--recursive", "u=rX,go=", secrets);

        var table = await image.Containers.RunAsync([.. arguments, "--volume", $"{secrets}:/app/config/secrets:ro", Tag, "table", "config/secrets/secret.feather", "--jsonl", "--limit", "1"]);
        var without = await image.Containers.RunAsync([.. arguments, Tag, "table", "config/secrets/secret.feather"]);

        Assert.True(table.Code == 0, table.All);
        Assert.StartsWith("{", Assert.Single(table.Output.TrimEnd().Split('\n')), StringComparison.Ordinal);
        Assert.Equal(65, without.Code);
    }

    [Fact]
    public async Task A_change_of_the_pages_builds_nothing_again()
    {
        await File.AppendAllTextAsync(Path.Join(image.Project, "README.md"), "One more line.\n", Cancelled);

        var again = await image.Containers.BuildAsync(image.Project, Tag);

        Assert.DoesNotContain("Restored", again.All, StringComparison.Ordinal);
        Assert.Equal(image.BuildOutput.Split('\n')[^2], again.Output.Split('\n')[^2]);
    }

    [Fact]
    public async Task A_base_image_with_more_libraries_takes_the_place_of_the_default()
    {
        var folder = image.Mount("native").Folder;
        await File.WriteAllTextAsync(Path.Join(folder, "libnative.so"), "a library", Cancelled);
        await File.WriteAllTextAsync(
            Path.Join(folder, "Dockerfile"), "FROM localhost/runtime\nCOPY libnative.so /usr/lib/\nENV WITH_NATIVE=yes\n", Cancelled);

        await image.Containers.BuildAsync(folder, "localhost/native");
        await image.Containers.BuildAsync(image.Project, "localhost/deployed-native", "localhost/native");
        var environment = await image.Containers.PodmanAsync("inspect", "--format", "{{.Config.Env}} {{.Config.User}}", "localhost/deployed-native");
        var help = await image.Containers.RunAsync("localhost/deployed-native", "help");

        Assert.Contains("WITH_NATIVE=yes", environment.Output, StringComparison.Ordinal);
        Assert.EndsWith("1654", environment.Output.TrimEnd(), StringComparison.Ordinal);
        Assert.Equal(0, help.Code);
    }

    /// <summary>scripts/build-image.sh, with a registry on loopback that holds the base image.</summary>
    [Fact]
    public async Task The_script_builds_on_the_base_image_that_its_labels_name()
    {
        var folder = image.Mount("base").Folder;
        var layout = Path.Join(folder, "layout");
        await File.WriteAllTextAsync(Path.Join(folder, "Dockerfile"), "FROM localhost/runtime\nENV FROM_REGISTRY=yes\n", Cancelled);
        await image.Containers.BuildAsync(folder, "localhost/base");
        await image.Containers.ExportAsync("localhost/base", layout);
        await image.Containers.PodmanAsync("rmi", "localhost/base");
        await using var registry = new FakeRegistry(layout);
        var runtime = $"{await registry.HostAsync()}/dotnet/runtime:latest";
        using var files = new DeployFiles("TASK_DOCKER_IMAGE=localhost/labelled:1");
        var tools = new FakeTools(files.Folder);
        tools.Write("podman", image.Containers.Podman);
        var path = await ScriptTests.OnlyBasicsAsync(files.Folder, "podman", Path.Join(files.Folder, "tools", "podman"));
        var script = Path.Join(image.Project, "scripts", "build-image.sh");

        var build = await tools.RunAsync(
            script, [.. files.Options, "--base-image", runtime, "--platform", Platform], new Dictionary<string, string> { ["PATH"] = path });
        var help = await image.Containers.RunAsync("localhost/labelled:1", "help");

        Assert.True(build.Code == 0, build.All);
        var labels = await LabelsAsync("localhost/labelled:1");
        var digest = await DigestAsync(layout);
        Assert.Equal(runtime, labels.GetProperty("org.opencontainers.image.base.name").GetString());
        Assert.Equal(digest, labels.GetProperty(DigestLabel).GetString());
        Assert.Contains($"/dotnet/runtime@{digest}", build.Error, StringComparison.Ordinal);
        Assert.Equal(0, help.Code);
    }

    [Fact]
    public async Task An_env_file_reaches_a_container_as_the_program_reads_it()
    {
        var (folder, _) = image.Mount("values");
        var expected = AllowedValues.Write(Path.Join(folder, "task.env"));

        await image.Containers.PodmanAsync("create", "--name", "values", "--env-file", Path.Join(folder, "task.env"), Tag);
        var inspect = await image.Containers.PodmanAsync("inspect", "--format", "json", "values");

        var environment = JsonDocument.Parse(inspect.Output).RootElement[0].GetProperty("Config").GetProperty("Env").EnumerateArray()
            .Select(line => line.GetString()!.Split('=', 2)).ToDictionary(line => line[0], line => line[1]);
        Assert.All(expected, line => Assert.Equal(line.Value, environment[line.Key]));
    }

    [Fact]
    public async Task Without_docker_PublishContainer_makes_the_same_image()
    {
        var folder = image.Mount("published").Folder;
        await image.Containers.ExportAsync("localhost/runtime", Path.Join(folder, "layout"));
        await using var registry = new FakeRegistry(Path.Join(folder, "layout"));
        var archive = Path.Join(folder, "image.tar.gz");
        string[] properties = [$"-p:ContainerBaseImage={await registry.HostAsync()}/dotnet/runtime:latest", $"-p:ContainerArchiveOutputPath={archive}"];

        await Command.SucceedAsync(image.Project, "dotnet", ["publish", "deployed.v2.csproj", "/t:PublishContainer", "-v", "quiet", .. properties]);
        var load = await image.Containers.PodmanAsync("load", "--input", archive);
        var help = await image.Containers.RunAsync("deployed-v2", "help", "worker");

        Assert.True(load.Code == 0, load.All);
        Assert.True(help.Code == 0, help.All);
        Assert.Equal(await ConfigAsync(Tag), await ConfigAsync("deployed-v2"));
        Assert.Equal(await DigestAsync(Path.Join(folder, "layout")), (await LabelsAsync("deployed-v2")).GetProperty(DigestLabel).GetString());
    }

    [Fact]
    public async Task PublishContainer_takes_the_base_image_of_the_Dockerfile()
    {
        var evaluated = await Command.SucceedAsync(
            image.Project, "dotnet", "msbuild", "deployed.v2.csproj", "-t:ComputeContainerBaseImage", "-getProperty:ContainerBaseImage");

        Assert.Contains($"ARG BASE_IMAGE={evaluated.Output.Trim()}\n", await File.ReadAllTextAsync(Path.Join(image.Project, "Dockerfile"), Cancelled), StringComparison.Ordinal);
    }

    /// <summary>User, folder and command line of an image.</summary>
    private async Task<string> ConfigAsync(string tag) => (await image.Containers.PodmanAsync(
        "image", "inspect", "--format", "{{.Config.User}} {{.Config.WorkingDir}} {{.Config.Entrypoint}} {{.Config.Cmd}}", tag)).Output.Replace("/app/ ", "/app ", StringComparison.Ordinal);

    private async Task<JsonElement> LabelsAsync(string tag) =>
        JsonDocument.Parse((await image.Containers.PodmanAsync("image", "inspect", "--format", "{{json .Labels}}", tag)).Output).RootElement;

    /// <summary>The digest of the image that a folder holds as a registry would.</summary>
    private static async Task<string> DigestAsync(string layout)
    {
        var index = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Join(layout, "index.json"), Cancelled)).RootElement;
        return index.GetProperty("manifests")[0].GetProperty("digest").GetString()!;
    }

    private async Task<long> SizeAsync(string tag)
    {
        var size = await image.Containers.PodmanAsync("image", "inspect", "--format", "{{.Size}}", tag);
        return long.Parse(size.Output, NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture);
    }
}
