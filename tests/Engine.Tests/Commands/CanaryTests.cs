using TaskQueue.Tests.Servers;
using TaskQueue.Tests.Worker;

namespace TaskQueue.Tests.Commands;

/// <summary>Secrets in every setting that can hold one, all verbs, everything logged: none is found anywhere but in its env file.</summary>
public sealed class CanaryTests(RabbitServer rabbit, Emulators emulators) : IDisposable
{
    private const string Secret = "canary";

    /// <summary>What --set says goes into the rows, and so into messages and done records, but nowhere else.</summary>
    private const string Constant = "c0nstant";

    private static readonly string[] Verbs =
    [
        "help settings", "describe", "health", "check", "check --create", "insert-tasks --dry-run --limit 1", "insert-tasks",
        $"insert-tasks --set act={Constant}", "worker --exit-when-empty", "status", "status --json", "failed", "failed --json", "report", "requeue --all",
        "logs 864691135000000001", "release", "run-local --row 0", "results", "table TABLE", "table TABLE --jsonl", "move-queue --to fq://saved",
        "move-queue --to fq://saved --dry-run", "purge --yes", "delete-queue --yes", "frobnicate",
    ];

    private readonly CommandProject _project = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _project.Dispose();

    [Theory]
    [InlineData("fq")]
    [InlineData("amqp")]
    [InlineData("sqs")]
    [InlineData("broker that is away")]
    [InlineData("wrong values")]
    public async Task No_secret_is_written_anywhere(string kind)
    {
        var content = await File.ReadAllBytesAsync(_project["tasks.feather"], Stop);
        await using var server = await TestServer.StartAsync(http => http.Response.Body.WriteAsync(content).AsTask());
        var table = $"{server.Url.Replace("://", $"://user:{Secret}-login@", StringComparison.Ordinal)}/t.feather?X-Amz-Signature={Secret}-signature";
        var settings = await SettingsAsync(kind);
        _project.WriteSettings("TQ_MAX_ATTEMPTS=1\n");
        await File.WriteAllLinesAsync(_project["config/secret.env"], [.. settings, $"TASK_PARAMETER_FILENAME={table}"], Stop);

        foreach (var verb in Verbs)
        {
            var run = await BuiltProgram.ShellAsync(
                _project.Root, $"export Logging__LogLevel__Default=Trace Logging__LogLevel__MassTransit=Trace; timeout 60 $P {verb.Replace("TABLE", table, StringComparison.Ordinal)} --verbose");
            Assert.DoesNotContain(Secret, run.Output + run.Error, StringComparison.Ordinal);
            if (verb != "results" && !verb.StartsWith("run-local", StringComparison.Ordinal))
                Assert.DoesNotContain(Constant, run.Output + run.Error, StringComparison.Ordinal);
        }

        AssertNotInFiles();
    }

    private async Task<IReadOnlyList<string>> SettingsAsync(string kind)
    {
        string[] own = [$"API_TOKEN={Secret}-token", $"AWS_SESSION_TOKEN={Secret}-session", $"MY_URL=https://me:{Secret}-mine@host/"];
        switch (kind)
        {
            case "amqp":
                var broker = await rabbit.StartedAsync();
                await broker.ControlAsync("eval", $"rabbit_auth_backend_internal:add_user(<<\"worker\">>, <<\"{Secret}-password\">>, <<\"tests\">>), "
                    + $"rabbit_auth_backend_internal:set_permissions(<<\"worker\">>, <<\"/\">>, <<\".*\">>, <<\".*\">>, <<\".*\">>, <<\"tests\">>).");
                return [.. own, $"TASKQUEUE_PATH=amqp://worker:{Secret}-password@127.0.0.1:{broker.Port}/{RabbitServer.NewName()}"];
            case "sqs":
                var queue = await QueueOfKind.CreateAsync("sqs", rabbit, emulators);
                return [.. own, .. queue.Settings.Select(line => line.Replace("=secret", $"={Secret}-key", StringComparison.Ordinal))];
            case "broker that is away":
                return [.. own, $"TASKQUEUE_PATH=amqp://me:{Secret}-password@127.0.0.1:1/q"];
            case "wrong values":
                return [.. own, $"TASKQUEUE_PATH=kafka://me:{Secret}-password@host/q", $"CF_CLOUDPATH=ftp://me:{Secret}-store@host/out"];
            default:
                return own;
        }
    }

    private void AssertNotInFiles()
    {
        foreach (var path in Directory.EnumerateFiles(_project.Root, "*", SearchOption.AllDirectories).Where(path => !path.EndsWith("secret.env", StringComparison.Ordinal)))
        {
            var text = File.ReadAllText(path, System.Text.Encoding.Latin1);
            Assert.DoesNotContain(Secret, text, StringComparison.Ordinal);
            if (path.Contains("/runs/", StringComparison.Ordinal) || path.Contains("/workers/", StringComparison.Ordinal) || path.Contains("/logs/", StringComparison.Ordinal))
                Assert.DoesNotContain(Constant, text, StringComparison.Ordinal);
        }
    }
}
