using System.Diagnostics;
using System.Text.Json;

namespace TaskQueue.DeployTests.Images;

/// <summary>Containers that are stopped, or killed.</summary>
[Collection(nameof(ProjectImageCollection))]
public sealed class StopTests(ProjectImage image) : IAsyncLifetime
{
    private const string Tag = ProjectImage.Tag;
    private const int MostAttempts = 2;

    /// <summary>The code of a process that was killed.</summary>
    private const int Killed = 137;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await image.WhenBuilt();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Theory]
    [InlineData(0)]
    [InlineData(75, "--exit-when-empty")]
    public async Task Stop_lets_the_running_task_end_and_gives_the_others_back(int expected, params string[] options)
    {
        var name = $"stopped-{expected}";
        var (_, mounted) = image.Mount(name, "SLOW_SECONDS=8");
        await image.Containers.RunAsync([.. mounted, Tag, "insert-tasks", "--task", "slow", "--limit", "2"]);
        using var worker = image.Containers.Start(name, [.. mounted, Tag, "worker", .. options]);
        await WaitForStartAsync(worker);

        var health = await image.Containers.PodmanAsync("exec", name, "dotnet", "/app/deployed.v2.dll", "health", "--startup");
        var stopping = Stopwatch.GetTimestamp();
        await image.Containers.PodmanAsync("stop", "--time", "15", name);
        await worker.WaitForExitAsync(Cancelled);

        Assert.True(health.Code == 0, health.All);
        Assert.Equal(expected, worker.ExitCode);
        Assert.InRange(Stopwatch.GetElapsedTime(stopping), TimeSpan.Zero, TimeSpan.FromSeconds(15));
        Assert.Equal((1, 1, 0, 0), Counts(await image.ReadAsync(mounted, "status", "--json")));
    }

    /// <summary>J1, all settings as they come: SIGTERM, and SIGKILL 15 s later, to a task that takes a minute.</summary>
    [Fact]
    public async Task The_notice_of_a_Spot_node_is_enough_to_give_a_long_task_back_uncharged()
    {
        var (_, mounted) = image.Mount("spot");
        string[] slow = [.. mounted, "--env", "SLOW_SECONDS=60"];
        await image.Containers.RunAsync([.. slow, Tag, "insert-tasks", "--task", "slow", "--limit", "2"]);
        using var worker = image.Containers.Start("spot", [.. slow, Tag, "worker"]);
        await WaitForStartAsync(worker);

        var stopping = Stopwatch.GetTimestamp();
        await image.Containers.PodmanAsync("stop", "--time", "15", "spot");
        await worker.WaitForExitAsync(Cancelled);
        var took = Stopwatch.GetElapsedTime(stopping);
        var left = await image.ReadAsync(mounted, "status", "--json");
        var next = await image.Containers.RunAsync([.. mounted, "--env", "SLOW_SECONDS=0", Tag, "worker", "--exit-when-empty"]);
        var results = await image.Containers.RunAsync([.. mounted, Tag, "results"]);

        Assert.Equal(0, worker.ExitCode);
        Assert.InRange(took.TotalSeconds, 9, 15);
        Assert.Equal((0, 2, 0, 0), Counts(left));
        Assert.True(next.Code == 0, next.All);
        Assert.Equal([1, 1], results.Output.TrimEnd().Split('\n').Select(line => JsonDocument.Parse(line).RootElement.GetProperty("attempt").GetInt32()));
    }

    /// <summary>H4: one task takes twice the memory of its container, which is started again as Kubernetes would do it.</summary>
    [Fact]
    public async Task A_task_that_takes_too_much_memory_fails_alone()
    {
        var (_, mounted) = image.Mount("hog", "TQ_LEASE_SECONDS=5", $"TQ_MAX_ATTEMPTS={MostAttempts}", "WORKER_CONCURRENCY=4", "HOG_WINDOW=r00c05");
        await image.Containers.RunAsync([.. mounted, Tag, "insert-tasks", "--task", "hog", "--limit", "12"]);

        var codes = new List<int>();
        while (codes.LastOrDefault(Killed) == Killed && codes.Count < 10)
            codes.Add((await image.Containers.RunAsync(["--memory", "256m", "--memory-swap", "256m", .. mounted, Tag, "worker", "--exit-when-empty"])).Code);
        var status = await image.ReadAsync(mounted, "status", "--json");
        var failed = await image.Containers.RunAsync([.. mounted, Tag, "results", "--state", "failed"]);

        Assert.Equal([Killed, Killed, 0], codes);
        Assert.Equal((11, 0, 0, 1), Counts(status));
        Assert.Contains("r00c05", failed.Output, StringComparison.Ordinal);
    }

    private static (int Done, int Queued, int Running, int Failed) Counts(JsonElement status) =>
        (Count(status, "done"), Count(status, "queued"), Count(status, "running"), Count(status, "failed"));

    private static int Count(JsonElement counts, string name) => counts.GetProperty(name).GetInt32();

    /// <summary>Waits for what the task writes; the row's id stands before it.</summary>
    private static async Task WaitForStartAsync(Process worker)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        end.CancelAfter(TimeSpan.FromMinutes(2));
        while (await worker.StandardError.ReadLineAsync(end.Token) is { } line)
            if (line.EndsWith("] start", StringComparison.Ordinal))
                return;
        Assert.Fail("The worker ended without starting a task.");
    }
}
