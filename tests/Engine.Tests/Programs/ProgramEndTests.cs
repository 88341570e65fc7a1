using TaskQueue.Queues;
using TaskQueue.Tests.Servers;
using TaskQueue.Tests.Worker;

namespace TaskQueue.Tests.Programs;

/// <summary>A program never outlives its row, nor a process that it started, however the row ends; and nothing is lost.</summary>
/// <remarks>ALL_KINDS=1: on every kind of queue.</remarks>
public sealed class ProgramEndTests(Emulators emulators, RabbitServer rabbit) : TestsOnAllQueues(emulators, rabbit)
{
    private const int Rows = 3;

    /// <summary>75 when the machine is so busy that a cancelled row took a second to end.</summary>
    private static readonly int[] Ends = [0, 75];

    /// <summary>Until the file is there: a child in its group, one in a session of its own, and one whose parent has gone. All are deaf.</summary>
    private const string Family = """
        [ -e go ] && { echo 1; exit 0; }
        trap '' TERM
        sleep 300 &
        setsid sleep 300 &
        (setsid sh -c 'sleep 300 & exit 0')
        echo at work
        sleep 300
        """;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(FileOrKinds))]
    public async Task A_worker_that_is_killed_takes_all_processes_of_its_programs_along_and_loses_no_row(string kind)
    {
        using var project = await StartAsync(kind, Family);
        var worker = project.StartWorker();
        await worker.WaitForLogAsync("at work", Rows);
        Assert.True(LivingProcesses.With(MarkOf(project)).Count > 4 * Rows);

        await worker.KillAsync();

        await LivingProcesses.AssertGoneAsync(MarkOf(project), TimeSpan.FromSeconds(1));
        await AssertNothingIsLostAsync(project);
    }

    [Theory]
    [MemberData(nameof(FileOrKinds))]
    public async Task SIGTERM_gives_programs_the_drain_then_their_chance_and_gives_their_rows_back_uncharged(string kind)
    {
        using var project = await StartAsync(kind, """
            [ -e go ] && { [ "$TASK_ATTEMPT" = 1 ] && echo 1; exit 0; }
            trap 'date +%s.%N >>chances; exit 3' TERM
            sleep 300 &
            setsid sleep 300 &
            echo at work
            wait
            """);
        var worker = project.StartWorker();
        await worker.WaitForLogAsync("at work", Rows);

        var sent = DateTimeOffset.UtcNow;
        var (code, time) = await worker.TerminateAsync();

        Assert.Contains(code, Ends);
        Assert.InRange(time, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(3) + Noise.Most);
        await LivingProcesses.AssertGoneAsync(MarkOf(project), TimeSpan.FromSeconds(1));
        var chances = File.ReadAllLines(project["chances"]).Select(line => double.Parse(line, System.Globalization.CultureInfo.InvariantCulture)).ToList();
        Assert.Equal(Rows, chances.Count);
        // Not before the drain was over.
        Assert.All(chances, chance => Assert.True(chance >= sent.ToUnixTimeMilliseconds() / 1000.0 + 0.9));
        await AssertNothingIsLostAsync(project);
    }

    [Theory]
    [MemberData(nameof(FileOrKinds))]
    public async Task A_time_limit_ends_all_processes_of_a_program(string kind)
    {
        using var project = await StartAsync(kind, Family, "TASK_TIMEOUT_SECONDS=2", "TQ_MAX_ATTEMPTS=1");
        var worker = project.StartWorker("--exit-when-empty");
        await worker.WaitForLogAsync("at work", Rows);
        await worker.WaitForLogAsync("the only attempt failed", Rows);

        await LivingProcesses.AssertGoneAsync(MarkOf(project), TimeSpan.FromSeconds(1));
        Assert.Contains(await worker.WaitAsync(), Ends);
        var failed = await project.Records.Failed.ReadAsync("script", Cancelled).ToListAsync(Cancelled);
        Assert.Equal(Rows, failed.Count);
        Assert.All(failed, record => Assert.StartsWith("The task ran longer than TASK_TIMEOUT_SECONDS (2)", record.Message, StringComparison.Ordinal));
    }

    private async Task<LedgerProject> StartAsync(string kind, string script, params string[] settings)
    {
        var project = await CreateAsync(kind, ["WORKER_CONCURRENCY=3", "WORKER_DRAIN_SECONDS=1", .. settings]);
        var (code, error) = await project.InsertRunAsync("programs", LedgerRow.Many(Rows, script), "--task", "script");
        Assert.True(code == 0, error);
        return project;
    }

    /// <summary>What each program of the project has in its environment.</summary>
    private static string MarkOf(LedgerProject project) => $"CF_CLOUDPATH={project["output"]}";

    private static async Task AssertNothingIsLostAsync(LedgerProject project)
    {
        File.WriteAllText(project["go"], "");
        Assert.Equal(0, await project.StartWorker("--exit-when-empty").WaitAsync());
        Assert.Equal(Rows, await project.Records.ReadDoneAsync("script", cancellationToken: Cancelled).CountAsync(Cancelled));
        Assert.Empty(await project.Records.Failed.ReadAsync("script", Cancelled).ToListAsync(Cancelled));
        await project.AssertCountsAsync(new QueueCounts(0, 0, 0));
    }
}
