using TaskQueue.Tests.Servers;

namespace TaskQueue.Tests.Worker;

/// <summary>Code of the user's around tasks: once per worker, and before and after each task.</summary>
public sealed class HookTests(Emulators emulators, RabbitServer rabbit) : TestsOnAllQueues(emulators, rabbit)
{
    private const string Program = "HooksProgram";

    [Fact]
    public async Task Hooks_run_around_the_worker_and_around_each_task()
    {
        using var project = await CreateForAsync(Program, "fq");
        await project.InsertAsync([new("a"), new("bad", "reject")]);

        Assert.Equal(0, await project.StartWorker("--exit-when-empty").WaitAsync());

        Assert.Equal(
            ["connect -", "load -", "before a", "start a", "done a", "after: a", "before bad", "start bad", "after:TaskRejectedException bad", "unload -", "disconnect -"],
            Acts(project));
        Assert.Equal("connection of a, 1 threads", Assert.Single(await project.DoneAsync()).Result.GetString());
    }

    [Fact]
    public async Task A_stopped_worker_runs_its_last_hooks_within_the_drain()
    {
        using var project = await CreateForAsync(Program, "fq", "WORKER_DRAIN_SECONDS=1");
        await project.InsertAsync([new("a", "wait", 60_000)]);
        var worker = project.StartWorker();
        await worker.WaitForLineAsync("start a 1");

        var (code, time) = await worker.TerminateAsync();

        Assert.Equal(0, code);
        Assert.InRange(time, TimeSpan.Zero, TimeSpan.FromSeconds(3) + Noise.Most);
        Assert.Equal(["after:OperationCanceledException a", "unload -", "disconnect -"], Acts(project).TakeLast(3));
        Assert.Equal(1, (await project.CountAsync()).Ready);
    }

    [Theory]
    [MemberData(nameof(FileOrKinds))]
    public async Task A_worker_whose_start_hook_throws_takes_nothing(string kind)
    {
        using var project = await CreateForAsync(Program, kind);
        await project.InsertAsync([new("a")]);
        var worker = project.StartThrough(["env", "FAILING_HOOK=StartWorker"], []);

        Assert.Equal(78, await worker.WaitAsync());

        var error = await worker.ErrorAsync();
        Assert.Contains("error: The worker cannot start: StartWorker was told to fail.", error, StringComparison.Ordinal);
        Assert.Contains("In StartWorker of HooksProgram.LedgerTask; no row was taken", error, StringComparison.Ordinal);
        Assert.Equal(["connect -", "load -", "disconnect -"], Acts(project));
        await project.WorkOffAsync();
        Assert.Equal(1, Assert.Single(await project.DoneAsync()).Attempt);
    }

    [Fact]
    public async Task What_throws_before_a_task_is_the_tasks_own_and_what_throws_after_it_takes_no_result()
    {
        using var project = await CreateForAsync(Program, "fq");
        await project.InsertAsync([new("a")]);
        Assert.Equal(0, await project.StartThrough(["env", "FAILING_HOOK=AfterTask"], ["--exit-when-empty"]).WaitAsync());
        Assert.Equal("a", Assert.Single(await project.DoneAsync()).Id);
        Assert.Contains("LedgerTask.AfterTask failed; the results stay as they are", await project.ErrorsAsync(), StringComparison.Ordinal);

        await project.InsertAsync([new("b")]);
        Assert.Equal(0, await project.StartThrough(["env", "FAILING_HOOK=BeforeTask"], ["--exit-when-empty"]).WaitAsync());

        var failed = Assert.Single(await project.FailedAsync());
        Assert.Equal(("b", 3, "BeforeTask was told to fail."), (failed.Id, failed.Attempt, failed.Message));
        Assert.DoesNotContain("b", project.Starts());
    }

    [Fact]
    public async Task Run_local_runs_them_too()
    {
        using var project = await CreateForAsync(Program, "fq");
        await project.InsertRunAsync("r", [new("a")]);

        using var local = project.StartVerb("run-local", "--task", "ledger");
        await local.OutputAsync();

        Assert.Equal(["connect -", "load -", "before a", "start a", "done a", "after: a", "unload -", "disconnect -"], Acts(project));
    }

    private static IEnumerable<string> Acts(LedgerProject project) => project.ReadLedgers().Select(line => $"{line.Act} {line.Id}");
}
