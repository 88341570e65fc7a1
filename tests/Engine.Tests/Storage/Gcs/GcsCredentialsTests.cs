using System.Net;
using Microsoft.AspNetCore.Http;
using TaskQueue.Contracts;
using TaskQueue.Tests.Children;
using TaskQueue.Tests.Servers;

namespace TaskQueue.Tests.Storage.Gcs;

public sealed class GcsCredentialsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_pod_gets_its_token_from_the_machine_as_workload_identity_gives_it()
    {
        await using var machine = await TestServer.StartAsync(GiveTokenAsync);
        using var child = Start($"GCE_METADATA_HOST={new Uri(machine.Url).Authority}");
        Assert.Equal("token-of-the-pod", await child.Output.ReadLineAsync(Stop));
    }

    [Fact]
    public async Task A_machine_that_was_not_ready_is_asked_again()
    {
        var isReady = false;
        await using var machine = await TestServer.StartAsync(http =>
        {
            http.Response.StatusCode = isReady ? 200 : 404;
            return isReady ? GiveTokenAsync(http) : Task.CompletedTask;
        });
        using var child = Start($"GCE_METADATA_HOST={new Uri(machine.Url).Authority}", "again");
        Assert.Equal("Permission", await child.Output.ReadLineAsync(Stop));
        isReady = true;
        await child.Input.WriteLineAsync();
        Assert.Equal("token-of-the-pod", await child.Output.ReadLineAsync(Stop));
    }

    [Theory]
    [InlineData("credentials.json", "GOOGLE_APPLICATION_CREDENTIALS=")]
    [InlineData(".config/gcloud/application_default_credentials.json", "OF_THE_LOGIN=")]
    public async Task A_federated_account_exchanges_its_token_and_may_come_late(string file, string variable)
    {
        var asked = "";
        await using var exchange = await TestServer.StartAsync(async http =>
        {
            asked = WebUtility.UrlDecode(await new StreamReader(http.Request.Body).ReadToEndAsync());
            await http.Response.WriteAsJsonAsync(new
            {
                access_token = "token-of-google",
                issued_token_type = "urn:ietf:params:oauth:token-type:access_token",
                expires_in = 3600,
                token_type = "Bearer",
            });
        });
        await File.WriteAllTextAsync(_folder["token"], "token-of-elsewhere", Stop);
        using var child = Start($"{variable}{_folder[file]}", "again", "GCE_METADATA_HOST=127.0.0.1:1");
        Assert.Equal("Permission", await child.Output.ReadLineAsync(Stop));
        Directory.CreateDirectory(Path.GetDirectoryName(_folder[file])!);
        await File.WriteAllTextAsync(
            _folder[file],
            $$$"""
            {"type":"external_account","audience":"//iam.googleapis.com/pool","token_url":"{{{exchange.Url}}}/v1/token",
            "subject_token_type":"urn:ietf:params:oauth:token-type:jwt","credential_source":{"file":"{{{_folder["token"]}}}"}}
            """,
            Stop);
        await child.Input.WriteLineAsync();
        Assert.Equal("token-of-google", await child.Output.ReadLineAsync(Stop));
        Assert.Contains("token-of-elsewhere", asked, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_credentials_it_says_how_to_get_some()
    {
        using var child = Start($"GOOGLE_APPLICATION_CREDENTIALS={_folder["missing.json"]}");
        var (code, error) = await child.WaitAsync(Stop);
        Assert.Equal((int)ExitCode.Permission, code);
        Assert.Contains("gcloud auth application-default login", error, StringComparison.Ordinal);
        Assert.InRange(error.Split('\n').Length, 1, 3);
    }

    private Child Start(string variable, string arguments = "", string other = "OTHER=")
    {
        Need.That(!OperatingSystem.IsWindows(), "This test needs env.");
        return Child.StartThrough(["env", $"HOME={_folder.Path}", variable, other], "google-token", arguments);
    }

    private static Task GiveTokenAsync(HttpContext http)
    {
        http.Response.Headers["Metadata-Flavor"] = "Google";
        return http.Request.Path.ToString().EndsWith("/token", StringComparison.Ordinal)
            ? http.Response.WriteAsJsonAsync(new { access_token = "token-of-the-pod", expires_in = 3600, token_type = "Bearer" })
            : http.Response.WriteAsync("");
    }
}
