using System.Diagnostics;
using TaskQueue.Contracts;
using TaskQueue.Queues;
using TaskQueue.Tests.Queues;
using TaskQueue.Tests.Worker;

namespace TaskQueue.Tests.Commands;

public sealed class MoveQueueVerbTests : IDisposable
{
    private readonly CommandProject _project = new();

    public void Dispose() => _project.Dispose();

    [Fact]
    public async Task A_queue_is_saved_and_brought_back()
    {
        await _project.RunAsync("insert-tasks");

        var saved = await _project.RunAsync("move-queue --to fq://saved");
        var empty = await CountAsync("queue");
        var back = await _project.RunAsync("move-queue --from fq://saved");

        Assert.Equal(ExitCode.Done, saved.Code);
        Assert.Matches("^Moved 12 tasks from fq://.*/queue to fq://.*/saved\n$", saved.Output);
        Assert.Equal(default, empty);
        Assert.Matches("^Moved 12 tasks from fq://.*/saved to fq://.*/queue\n$", back.Output);
        Assert.Equal(12, (await CountAsync("queue")).Ready);
    }

    [Fact]
    public async Task A_dry_run_moves_nothing()
    {
        await _project.RunAsync("insert-tasks");
        await _project.ParkAsync(("a", "x"));

        var run = await _project.RunAsync("move-queue --to fq://saved --dry-run");

        Assert.Equal(ExitCode.Done, run.Code);
        Assert.Contains("Would move ", run.Output, StringComparison.Ordinal);
        Assert.Equal(default, await CountAsync("saved"));
    }

    [Fact]
    public async Task Tasks_that_a_worker_holds_are_left_and_75_says_to_run_it_again()
    {
        await _project.RunAsync("insert-tasks");
        await using var queue = Open("queue");
        await queue.LeaseAsync(2, TimeSpan.FromMinutes(5), TestContext.Current.CancellationToken);

        var run = await _project.RunAsync("move-queue --to fq://saved");

        Assert.Equal(ExitCode.PartDone, run.Code);
        Assert.StartsWith("Moved 10 tasks from ", run.Output, StringComparison.Ordinal);
        Assert.Equal("error: 2 tasks held by workers, or by a move that was interrupted, were left.", run.ErrorLines[^3]);
        Assert.EndsWith("dotnet run release", run.ErrorLines[^1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("move-queue", ExitCode.Usage, "move-queue wants the other queue.")]
    [InlineData("move-queue --to fq://queue", ExitCode.Usage, "Both queues are the same.")]
    [InlineData("move-queue --to kafka://queue", ExitCode.Configuration, "names no known kind of queue: 'kafka://...'")]
    public async Task A_move_that_makes_no_sense_is_refused(string arguments, ExitCode code, string what)
    {
        await _project.RunAsync("check --create");

        var run = await _project.RunAsync(arguments);

        Assert.Equal(code, run.Code);
        Assert.Contains(what, run.Error, StringComparison.Ordinal);
    }

    /// <summary>R2 of moves: whenever it dies, what it moved twice is in the file once.</summary>
    [Fact]
    public async Task A_move_that_is_killed_again_and_again_loses_nothing_and_doubles_nothing()
    {
        const int Tasks = 20_000, Kills = 4, Seed = 20_260_501;
        using var project = new LedgerProject();
        await project.InsertAsync(LedgerRow.Many(Tasks));
#pragma warning disable CA5394 // The moments of death are no secrets.
        var random = new Random(Seed);
        var killed = 0;
        for (var kill = 1; kill <= Kills; kill++)
        {
            var until = (Tasks * (kill - 1) / Kills) + random.Next(1, Tasks / Kills / 2);
#pragma warning restore CA5394
            await using var target = QueueKinds.Open("fq://saved", project[""]);
            using var mover = Start(project[""], "move-queue", "--to", "fq://saved");
            while ((await target.CountAsync(TestContext.Current.CancellationToken)).Ready < until && !mover.HasExited)
                await Task.Yield();
            mover.Kill();
            await mover.WaitForExitAsync(TestContext.Current.CancellationToken);
            killed += mover.ExitCode == 137 ? 1 : 0;
            await using var source = project.OpenQueue();
            await source.ReleaseAsync(TestContext.Current.CancellationToken);
        }

        // A busy machine may look too late, and find that a move has ended well.
        Assert.InRange(killed, 1, Kills);
        using var last = Start(project[""], "move-queue", "--to", "fq://saved");
        await last.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(0, last.ExitCode);
        await project.AssertCountsAsync(default);
        await using var saved = QueueKinds.Open("fq://saved", project[""]);
        Assert.Equal(new QueueCounts(Tasks, 0, 0), await saved.CountAsync(TestContext.Current.CancellationToken));
    }

    private static Process Start(string folder, params string[] arguments) => Process.Start(
        new ProcessStartInfo("dotnet", ["exec", WorkerProcess.Program, .. arguments]) { WorkingDirectory = folder, RedirectStandardError = true, RedirectStandardOutput = true })!;

    private async Task<QueueCounts> CountAsync(string name)
    {
        await using var queue = Open(name);
        return await queue.CountAsync(TestContext.Current.CancellationToken);
    }

    private ILeaseQueue Open(string name) => (ILeaseQueue)QueueKinds.Open($"fq://{name}", _project.Root);
}
