using System.Diagnostics;
using TaskQueue.Tests.Children;
using TaskQueue.Tests.Servers;
using TaskQueue.Tests.Worker;

namespace TaskQueue.Tests.Client;

/// <summary>A program whose client brings a worker of its own, on every kind of queue.</summary>
public sealed class LocalWorkerTests(Emulators emulators, RabbitServer rabbit) : TestsOnAllQueues(emulators, rabbit)
{
    /// <summary>Ctrl-C sends INT, a service manager TERM.</summary>
    public static MatrixTheoryData<string, string> KindsAndSignals => new(FileOrKinds.Select(row => row.Data), ["INT", "TERM"]);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_program_with_a_worker_of_its_own_has_its_results_and_ends_by_itself(string kind)
    {
        using var project = await CreateAsync(kind);
        using var program = Child.Start("map", project[""], "20", "", "0");

        var output = await program.Output.ReadToEndAsync(Cancelled);
        var (code, error) = await program.WaitAsync(Cancelled);

        Assert.Equal(0, code);
        AssertQuiet(error);
        Assert.Equal(
            LedgerRow.Many(20).Select(row => $"result of {row.Id}"),
            output.Split('\n').Where(line => line.StartsWith("result", StringComparison.Ordinal)).Order());
        Assert.NotNull(Assert.Single(await project.Records.ReadWorkersAsync(Cancelled).ToListAsync(Cancelled)).Stopped);
    }

    [Theory]
    [MemberData(nameof(KindsAndSignals))]
    public async Task A_signal_is_the_programs_own_and_its_cancellation_leaves_nothing_behind(string kind, string signal)
    {
        using var project = await CreateAsync(kind);
        // A shell starts what it runs in the background with INT ignored, these tests perhaps too.
        using var program = Child.StartThrough(["env", "--default-signal=INT"], "map", project[""], "300", "wait", "200");
        while (await program.Output.ReadLineAsync(Cancelled) is { } line && !line.StartsWith("result", StringComparison.Ordinal))
            Assert.NotEqual("cancelled", line);

        var clock = Stopwatch.StartNew();
        program.Signal(signal);
        var output = await program.Output.ReadToEndAsync(Cancelled);
        var (code, error) = await program.WaitAsync(Cancelled);
        var time = clock.Elapsed;

        Assert.Equal(0, code);
        AssertQuiet(error);
        Assert.EndsWith("cancelled\n", output, StringComparison.Ordinal);
        Assert.InRange(time, TimeSpan.Zero, TimeSpan.FromSeconds(5) + Noise.Most);
        var started = project.Starts().Count();
        Assert.InRange(started, 1, 299);
        await project.WorkOffAsync();
        Assert.Equal(started, project.Starts().Count());
        await project.AssertCountsAsync(default);
        Assert.DoesNotContain(await project.FailedAsync(), failed => failed.Parked);
    }

    /// <summary>The program says nothing on standard error, and its worker no more than what has to be changed.</summary>
    private static void AssertQuiet(string error) =>
        Assert.All(error.Split('\n', StringSplitOptions.RemoveEmptyEntries), line => Assert.Contains("warning: RabbitMQ", line, StringComparison.Ordinal));
}
