using TaskQueue.Records;
using TaskQueue.Tests.Worker;

namespace TaskQueue.Tests.Programs;

/// <summary>What a program gets, and what becomes of what it gives.</summary>
/// <remarks>PROGRAM_OUTPUT_MEGABYTES: how much one of them prints.</remarks>
public sealed class ProgramContractTests
{
    /// <summary>What rows say, and how their failure begins; null when they are done.</summary>
    private static readonly Dictionary<string, (string Script, string? Message)> Rows = new()
    {
        ["done"] = ("echo a story; cat; echo; echo '[1, 2]'; echo", null),
        ["closed-early"] = ("exec <&-; echo 2", null),
        ["again"] = ("[ $TASK_ATTEMPT = 2 ] && echo 2 || exit 75", null),
        ["given"] = ("""printf '"%s"\n' "$TASK_ID $TASK_ATTEMPT $TASK_THREADS $OMP_NUM_THREADS $MY_OWN ${TASKQUEUE_PATH-none} $(echo $(ls $TASK_SCRATCH)) $TMPDIR" | sed "s|$TASK_SCRATCH|scratch|" """, null),
        ["background"] = ("sleep 300 & echo 3", null),
        ["never"] = ("echo bad row >&2; exit 65", "sh -c echo bad row >&2; exit 65 rejected the row (exit code 65): bad row"),
        ["code"] = ("for i in 1 2 3 4 5 6; do echo line $i >&2; done; exit 3", "sh -c for i in 1 2 3 4 5 6; do echo line $i >&2; done; exit 3 ended with exit code 3: line 2 | line 3 | line 4 | line 5 | line 6"),
        ["signal"] = ("kill -9 $$", "sh -c kill -9 $$ was ended by signal 9 (exit code 137); it wrote nothing to standard error"),
        ["always-later"] = ("exit 75", "sh -c exit 75 asked for another attempt (exit code 75)"),
        ["not-there"] = ("exec:no-such-program x", "no-such-program x ended with exit code 127: "),
        ["not-executable"] = ("exec:config/task.env", "config/task.env ended with exit code 126: "),
        ["silent"] = ("true", "sh -c true ended with exit code 0, but it printed nothing to standard output"),
        ["no-json"] = ("echo hello", "sh -c echo hello ended with exit code 0, but the last line of its output is no JSON of a JsonElement: 'hello'."),
        ["no-utf8"] = ("""printf '"\377"\n'""", """sh -c printf '"\377"\n' ended with exit code 0, but the last line of its output is not UTF-8: """),
        ["long-line"] = ("head -c 17000000 /dev/zero | tr '\\0' y", "sh -c head -c 17000000 /dev/zero | tr '\\0' y ended with exit code 0, but the last line of its output is longer than 16 MiB"),
    };

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Exit_codes_and_last_lines_say_how_a_row_ended()
    {
        using var project = new LedgerProject("TQ_MAX_ATTEMPTS=2", "TASK_THREADS=3", "MY_OWN=mine", "WORKER_CONCURRENCY=4");
        var (code, error) = await project.InsertRunAsync("programs", Rows.Select(row => new LedgerRow(row.Key, row.Value.Script)), "--task", "script");
        Assert.True(code == 0, error);

        var worker = project.StartWorkerWith("TASKQUEUE_PATH=fq://queue", "--exit-when-empty");

        Assert.True(await worker.WaitAsync() == 0, await worker.ErrorAsync());
        var done = await project.Records.ReadDoneAsync("script", cancellationToken: Cancelled).ToDictionaryAsync(record => record.Id, cancellationToken: Cancelled);
        var failed = await project.Records.Failed.ReadAsync("script", Cancelled).ToDictionaryAsync(record => record.Id, cancellationToken: Cancelled);
        Assert.Equal(Rows.Where(row => row.Value.Message is null).Select(row => row.Key).Order(), done.Keys.Order());
        Assert.Equal(Rows.Where(row => row.Value.Message is not null).Select(row => row.Key).Order(), failed.Keys.Order());
        Assert.All(failed, row => Assert.StartsWith(Rows[row.Key].Message!, row.Value.Message, StringComparison.Ordinal));
        Assert.Equal((1, 2), (failed["never"].Attempt, failed["code"].Attempt));
        Assert.Equal("[1,2]", done["done"].Result.ToString().Replace(" ", "", StringComparison.Ordinal));
        Assert.Contains("""a story""" + "\n" + """{"id":"done","act":"echo a story""", done["done"].Log, StringComparison.Ordinal);
        Assert.Equal(2, done["again"].Attempt);
        Assert.Equal("given 1 3 3 mine none row.json supervise.sh scratch", string.Join(' ', done["given"].Result.ToString().Split(default(char[]), StringSplitOptions.RemoveEmptyEntries)));
        await LivingProcesses.AssertGoneAsync($"CF_CLOUDPATH={project["output"]}", TimeSpan.Zero);
        Assert.Empty(Directory.EnumerateFiles(project["."], "core*"));
    }

    [Fact]
    public async Task A_program_that_prints_without_end_fills_neither_memory_nor_disk_and_the_log_says_how_much_was_left_out()
    {
        var megabytes = Nightly.Number("PROGRAM_OUTPUT_MEGABYTES", 64);
        using var project = new LedgerProject();
        var (code, error) = await project.InsertRunAsync(
            "programs", [new LedgerRow("loud", $"head -c {megabytes}000000 /dev/zero | tr '\\0' y | fold -w 99; echo; echo 5")], "--task", "script");
        Assert.True(code == 0, error);

        var worker = project.StartWorker("--exit-when-empty");

        Assert.True(await worker.WaitAsync() == 0, await worker.ErrorAsync());
        var record = await project.Records.ReadDoneAsync("script", cancellationToken: Cancelled).SingleAsync(Cancelled);
        Assert.Equal("5", record.Result.ToString());
        Assert.InRange(record.PeakMemoryBytes, 1, 400L << 20);
        var log = await ReadLogAsync(project, record);
        Assert.InRange(log.Length, 1 << 20, (1 << 20) + 200);
        Assert.Matches(@"\.\.\. the log is cut here: it reached 1 MiB; [1-9][0-9,]+ more characters were left out\n$", log);
        Assert.InRange((await worker.ErrorAsync()).Length, 0, 3 << 20);
    }

    private static async Task<string> ReadLogAsync(LedgerProject project, DoneRecord record)
    {
        var file = Assert.Single(Directory.EnumerateFiles(project["output/.dltaskqueue/logs"], "*.txt", SearchOption.AllDirectories));
        Assert.Null(record.Log);
        return await File.ReadAllTextAsync(file, Cancelled);
    }
}
