using System.Text;
using System.Text.Json;
using TaskQueue.Queues;
using TaskQueue.Tests.Commands;

namespace TaskQueue.Tests.Worker;

/// <summary>A worker's log: nobody reads it, or it is made of what a stranger wrote.</summary>
public sealed class WorkerLogTests
{
    /// <summary>More than a pipe holds.</summary>
    private const int Rows = 8;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_reader_that_stands_still_costs_no_lease()
    {
        using var project = new LedgerProject("TQ_LEASE_SECONDS=2", "WORKER_CONCURRENCY=4");
        await project.InsertAsync(LedgerRow.Many(Rows, "shout"));
        var worker = project.StartThrough(["sh", "-c", "\"$@\" 2>&1 | { sleep 20; exec cat >&2; }", "sh"], ["--exit-when-empty"]);
        while (!project.Starts().Any())
            await Task.Delay(100, Cancelled);

        var other = project.StartWorker("--exit-when-empty");
        var codes = await Task.WhenAll(worker.WaitAsync(), other.WaitAsync());

        Assert.Equal([0, 0], codes);
        Assert.Equal(LedgerRow.Many(Rows).Select(row => row.Id), project.Starts().Order());
        Assert.Equal(Rows, (await project.DoneAsync()).Count);
    }

    [Fact]
    public async Task A_reader_that_is_gone_costs_nothing()
    {
        using var project = new LedgerProject();
        await project.InsertAsync(LedgerRow.Many(Rows, "shout"));

        Assert.Equal(0, await project.StartThrough(["bash", "-c", "set -o pipefail; \"$@\" 2>&1 | true", "bash"], ["--exit-when-empty"]).WaitAsync());

        Assert.Equal(Rows, project.Starts().Count());
        Assert.Equal(Rows, (await project.DoneAsync()).Count);
    }

    [Fact]
    public async Task Ids_and_exceptions_cannot_draw_or_forge_lines()
    {
        const string Evil = "a\nerror: forged\r\u001b[2J\u202e\u2028b", Odd = "forged\u202e\u2028b";
        using var project = new CommandProject();
        project.WriteSettings("TQ_MAX_ATTEMPTS=1\n");
        await using (var queue = QueueKinds.Open("fq://queue", project.Root))
        {
            // The first one's id is refused, the second one's is odd, and the third one's parameters do not fit.
            (string Id, object Value)[] tasks = [(Evil, 1), (Odd, 1), ("forged", Evil)];
            await queue.InsertAsync(tasks.Select(task => new QueuedMessage(CommandProject.Task, Encoding.UTF8.GetBytes(task.Id), JsonSerializer.SerializeToUtf8Bytes(
                new { v = 1, id = task.Id, task = CommandProject.Task, parameters = new { id = 1, value = task.Value, act = "throw" } }))), _ => { }, Cancelled);
        }

        // Its log is that of a process of its own.
        var (_, output, log) = await BuiltProgram.ShellAsync(project.Root, "$P worker --exit-when-empty");
        List<string> texts = [output, log];
        foreach (var verb in (string[])["failed", "status", "requeue --all"])
        {
            var run = await project.RunAsync(verb);
            texts.AddRange([run.Output, run.Error]);
        }

        foreach (var text in texts)
        {
            Assert.DoesNotContain(text, character => character is '\u001b' or '\u202e' or '\u2028' or '\r');
            Assert.DoesNotContain("\nerror: forged", text, StringComparison.Ordinal);
        }
        Assert.Equal(2, log.Split('\n').Count(line => line.Contains("the only attempt failed: ", StringComparison.Ordinal) && line.Contains("forged", StringComparison.Ordinal)));
    }
}
