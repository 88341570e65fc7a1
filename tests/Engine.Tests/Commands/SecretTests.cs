using Microsoft.AspNetCore.Http;
using TaskQueue.Contracts;
using TaskQueue.Tests.Servers;

namespace TaskQueue.Tests.Commands;

/// <summary>What opens a table, and what --set says, stays out of records, answers and errors; what a task threw draws nothing.</summary>
public sealed class SecretTests : IDisposable
{
    private readonly CommandProject _project = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _project.Dispose();

    [Fact]
    public async Task A_signed_address_of_a_table_and_values_of_set_are_recorded_without_secrets()
    {
        var table = await File.ReadAllBytesAsync(_project["tasks.feather"], Stop);
        await using var server = await TestServer.StartAsync(http => http.Response.Body.WriteAsync(table).AsTask());
        var url = $"{server.Url}/t.feather?X-Amz-Signature=canary-1";

        var insert = await _project.RunAsync($"insert-tasks --table {url} --set act=canary-2");

        Assert.Equal(ExitCode.Done, insert.Code);
        var run = Assert.Single(await _project.Records.Runs.ReadAsync(Stop).ToListAsync(Stop));
        Assert.Equal($"{server.Url}/t.feather?***", run.Table);
        Assert.Equal($"insert-tasks --table {server.Url}/t.feather?*** --set act=***", run.Command);
        Assert.DoesNotContain("canary", insert.Output + insert.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(200, "insert-tasks --table URL")]
    [InlineData(404, "insert-tasks --table URL")]
    [InlineData(403, "table URL")]
    [InlineData(200, "table URL --jsonl")]
    [InlineData(200, "insert-tasks --set value=canary-2")]
    [InlineData(200, "insert-tasks --set canary-2")]
    public async Task No_error_shows_them(int status, string command)
    {
        await using var server = await TestServer.StartAsync(http =>
        {
            http.Response.StatusCode = status;
            return http.Response.WriteAsync("no table");
        });

        var run = await _project.RunAsync(command.Replace("URL", $"{server.Url}/t?sig=canary-1", StringComparison.Ordinal) + " --verbose");

        Assert.NotEqual(ExitCode.Done, run.Code);
        Assert.DoesNotContain("canary", run.Output + run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Escape_sequences_of_an_exception_reach_no_terminal()
    {
        const string Hostile = "\u001b]0;owned\u0007 \u009b2J red";
        await _project.ParkAsync(("a", Hostile));
        await _project.Records.WriteLogAsync(CommandProject.Task, null, "a", "logged \u001b[31mred\n"u8.ToArray(), Stop);

        foreach (var verb in (string[])["failed", "logs a", $"run-local --task {Hostile.Replace(' ', '_')}", "failed --json"])
        {
            var run = await _project.RunAsync(verb);
            Assert.DoesNotContain('\u001b', run.Output + run.Error);
            Assert.DoesNotContain('\u009b', run.Output + run.Error);
        }
    }
}
