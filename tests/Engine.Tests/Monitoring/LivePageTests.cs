using System.Text.Json;
using TaskQueue.Tests.Servers;
using TaskQueue.Tests.Worker;

namespace TaskQueue.Tests.Monitoring;

/// <summary>The page in a browser, beside a worker.</summary>
public sealed class LivePageTests(Emulators emulators, RabbitServer rabbit) : TestsOnAllQueues(emulators, rabbit)
{
    private const string Run = "live-run";

    /// <summary>Names that are scripts where they are not shown as text.</summary>
    private static readonly string[] Failing = ["<script>window.pwned=1</script>", "<script>window.pwned=2</script>"];

    /// <summary>On brokers too at night.</summary>
    public static TheoryData<string> Shown => Nightly.Number("MONITOR_ON_BROKERS", 0) > 0 ? Kinds : ["fq"];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Shown))]
    public async Task A_live_run_is_followed_mended_and_cancelled(string kind)
    {
        Need.That(Need.Runs("chromium", "--version"), "Chromium: apt-get install chromium");
        using var project = await CreateDefaultAsync(kind, "TQ_MAX_ATTEMPTS=1", "WORKER_CONCURRENCY=3");
        LedgerRow[] rows = [.. Failing.Select(id => new LedgerRow(id, "throw")), new("held", "wait", 600_000), .. LedgerRow.Many(400, "wait", 200)];
        Assert.Equal(0, (await project.InsertRunAsync(Run, rows)).Code);
        var worker = project.StartWorker();
        using var monitor = await MonitorProcess.StartAsync(project[""]);

        var (code, output, error) = await Node.ReadScript(
            "monitor/live-run.mjs", $"{monitor.Address}", Run, JsonSerializer.Serialize(Failing), kind == "fq" ? "thorough" : "");

        Assert.True(code == 0, $"{error}\n{output}");
        await worker.WaitForLineAsync("cancelled held 1");
        Assert.NotNull(await project.Records.Runs.FindEndAsync(Run, Cancelled));
    }
}
