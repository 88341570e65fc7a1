namespace TaskQueue.DeployTests.Scripts;

/// <summary>What the scripts refuse in config/secrets, and that they show nothing of it.</summary>
public sealed class SecretFileTests(Workspace workspace)
{
    private const string Canary = "canary-of-a-key";
    private const UnixFileMode ReadableByAll = (UnixFileMode)0b110_100_100;

    public static TheoryData<string> Scripts => ["render.sh", "apply-task.sh", "deploy-cluster.sh", "make-cluster.sh"];

    [Theory]
    [MemberData(nameof(Scripts))]
    public async Task All_that_cannot_be_a_Secret_is_named_at_once(string script)
    {
        using var files = new DeployFiles();
        files.WithSecretFile("with space.json", Canary).WithSecretFile("open.json", Canary, ReadableByAll).WithSecretFile("large.bin", new string('x', 1 << 20));
        Directory.CreateDirectory(Path.Join(files.SecretFolder, "folder"));
        var tools = new FakeTools(files.Folder, "gcloud", "kubectl", "docker", "dotnet", "gke-gcloud-auth-plugin");

        var result = await tools.RunAsync(workspace.Script(script), files.Options);

        Assert.Equal(78, result.Code);
        Assert.Contains("with space.json cannot be in a Secret", result.Error, StringComparison.Ordinal);
        Assert.Contains("folder is not a file that can be read", result.Error, StringComparison.Ordinal);
        Assert.Contains($"Others on this machine can read or write {files.SecretFolder}/open.json: chmod -R go= '{files.SecretFolder}'", result.Error, StringComparison.Ordinal);
        Assert.Contains($"have {(1 << 20) + Canary.Length} bytes, and a Secret at most 1048576", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(Canary, result.All, StringComparison.Ordinal);
        Assert.Empty(tools.Calls);
    }

    [Theory]
    [MemberData(nameof(Scripts))]
    public async Task A_folder_that_is_its_owner_s_alone_protects_its_files_and_nothing_of_them_is_shown(string script)
    {
        using var files = new DeployFiles();
        files.WithSecretFile("open.json", Canary, ReadableByAll).WithSecretFile("large.bin", new string('x', (1 << 20) - Canary.Length));
        File.SetUnixFileMode(files.SecretFolder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var tools = new FakeTools(files.Folder, "gcloud", "kubectl", "docker", "dotnet", "gke-gcloud-auth-plugin")
            .Answer("docker image inspect", "", "", "me/vegetation@sha256:abc");

        var result = await tools.RunAsync(workspace.Script(script), files.Options);

        Assert.True(result.Code == 0, result.All);
        Assert.DoesNotContain(Canary, result.All, StringComparison.Ordinal);
        Assert.DoesNotContain("open.json", result.All, StringComparison.Ordinal);
    }
}
