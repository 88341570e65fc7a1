using System.Net;
using Microsoft.AspNetCore.Http;
using TaskQueue.Contracts;
using TaskQueue.Storage.Inputs;
using TaskQueue.Tests.Servers;

namespace TaskQueue.Tests.Storage;

/// <summary>A writer to a queue cannot make a worker read any file.</summary>
public sealed class InputRootsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public InputRootsTests()
    {
        foreach (var folder in (string[])["project/config/secrets", "store", "other", "project-2"])
            Directory.CreateDirectory(_folder[folder]);
        foreach (var file in (string[])["project/a.txt", "project/config/secret.env", "project/config/secrets/key.json", "store/b.txt", "other/c.txt", "project-2/d.txt"])
            File.WriteAllText(_folder[file], file);
        File.CreateSymbolicLink(_folder["project/link.txt"], _folder["other/c.txt"]);
        File.CreateSymbolicLink(_folder["project/linked"], _folder["other"]);
        File.CreateSymbolicLink(_folder["project/back"], "linked/../project/a.txt");
        File.CreateSymbolicLink(_folder["project/sly"], "linked/../project-2/d.txt");
        File.CreateSymbolicLink(_folder["project/round"], "round");
        File.CreateSymbolicLink(_folder["project/key"], "config/secrets/key.json");
        File.CreateSymbolicLink(_folder["store-link"], _folder["store"]);
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("", "a.txt", true)]
    [InlineData("", "../project/a.txt", true)]
    [InlineData("", "back", true)]
    [InlineData("", "../store/b.txt", true)]
    [InlineData("", "../other/c.txt", false)]
    [InlineData("", "../project-2/d.txt", false)]
    [InlineData("", "link.txt", false)]
    [InlineData("", "linked/c.txt", false)]
    [InlineData("", "sly", false)]
    [InlineData("", "/etc/passwd", false)]
    [InlineData("", "file:///etc/passwd", false)]
    [InlineData("", "config/secret.env", false)]
    [InlineData("", "config/secrets/key.json", false)]
    [InlineData("", "key", false)]
    [InlineData("../other", "../other/c.txt", true)]
    [InlineData("../other", "link.txt", true)]
    [InlineData("../project-2,../other", "linked/c.txt", true)]
    [InlineData("../other", "/etc/passwd", false)]
    [InlineData("/", "/etc/passwd", true)]
    [InlineData("/", "config/secret.env", false)]
    [InlineData("/", "config/secrets/key.json", false)]
    public async Task On_a_broker_files_are_read_in_the_project_the_store_and_the_roots(string setting, string location, bool isRead)
    {
        using var sources = Sources(setting, anyPath: false);
        using var inputs = sources.ForTask();
        if (isRead)
        {
            await (await inputs.OpenAsync(location, Stop)).DisposeAsync();
            Assert.True(File.Exists(await inputs.DownloadAsync(location, Stop)));
            return;
        }

        var error = await Assert.ThrowsAsync<TaskQueueException>(() => inputs.OpenAsync(location, Stop));
        Assert.Equal(ExitCode.Permission, error.ExitCode);
        Assert.Equal(3, error.Message.Split('\n').Length);
        await Assert.ThrowsAsync<TaskQueueException>(() => inputs.DownloadAsync(location, Stop));
    }

    [Theory]
    [InlineData("", "/etc/passwd", true)]
    [InlineData("http://127.0.0.1:1/", "/etc/passwd", true)]
    [InlineData("../other", "/etc/passwd", false)]
    public async Task On_a_file_queue_any_file_is_read_until_roots_are_named(string setting, string location, bool isRead)
    {
        using var sources = Sources(setting, anyPath: true);
        using var inputs = sources.ForTask();
        if (isRead)
            await (await inputs.OpenAsync(location, Stop)).DisposeAsync();
        else
            await Assert.ThrowsAsync<TaskQueueException>(() => inputs.OpenAsync(location, Stop));
    }

    [Fact]
    public async Task A_link_that_leads_in_a_circle_is_an_error_of_the_disk()
    {
        using var sources = Sources("", anyPath: false);
        using var inputs = sources.ForTask();
        Assert.Equal(ExitCode.InputOutput, (await Assert.ThrowsAsync<TaskQueueException>(() => inputs.OpenAsync("round", Stop))).ExitCode);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("localhost")]
    [InlineData("[::ffff:127.0.0.1]")]
    [InlineData("2130706433")]
    public async Task A_server_of_this_machine_is_not_asked(string host)
    {
        var asked = 0;
        await using var server = await CountingServer(() => asked++);
        using var sources = Sources("", anyPath: true);
        using var inputs = sources.ForTask();

        var error = await Assert.ThrowsAsync<TaskQueueException>(
            () => inputs.OpenAsync($"http://{host}:{new Uri(server.Url).Port}/x?sig=canary", Stop));

        Assert.Equal((ExitCode.Permission, 0), (error.ExitCode, asked));
        Assert.Contains("INPUT_ROOTS", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("canary", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_was_allowed_cannot_lead_to_another_one_of_this_machine()
    {
        var asked = 0;
        await using var secret = await CountingServer(() => asked++);
        await using var server = await TestServer.StartAsync(http =>
        {
            if (http.Request.Path == "/redirect")
                http.Response.Redirect(secret.Url + "/x");
            return http.Response.WriteAsync("allowed");
        });
        using var sources = Sources($"{server.Url}/", anyPath: false);
        using var inputs = sources.ForTask();

        Assert.Equal("allowed", await File.ReadAllTextAsync(await inputs.DownloadAsync($"{server.Url}/x", Stop), Stop));
        var error = await Assert.ThrowsAsync<TaskQueueException>(() => inputs.OpenAsync($"{server.Url}/redirect", Stop));
        Assert.Equal((ExitCode.Permission, 0), (error.ExitCode, asked));
    }

    [Theory]
    [InlineData("127.0.0.53", false)]
    [InlineData("0.0.0.0", false)]
    [InlineData("169.254.169.254", false)]
    [InlineData("::1", false)]
    [InlineData("::", false)]
    [InlineData("fe80::1", false)]
    [InlineData("fd00:ec2::254", false)]
    [InlineData("::ffff:169.254.169.254", false)]
    [InlineData("64:ff9b::a9fe:a9fe", false)]
    [InlineData("100.100.100.200", false)]
    [InlineData("10.1.2.3", true)]
    [InlineData("192.168.1.1", true)]
    [InlineData("93.184.215.14", true)]
    [InlineData("2606:2800:21f:cb07:6820:80da:af6b:8b2c", true)]
    public void Loopback_link_local_and_metadata_addresses_are_not_outside(string address, bool isOutside) =>
        Assert.Equal(isOutside, OutsideConnections.IsOutside(IPAddress.Parse(address)));

    private InputSources Sources(string setting, bool anyPath) =>
        new(_folder["project"], new InputRoots(setting, _folder["project"], _folder["store-link"], anyPath));

    private static Task<TestServer> CountingServer(Action count) => TestServer.StartAsync(http =>
    {
        count();
        return http.Response.WriteAsync("secret");
    });
}
