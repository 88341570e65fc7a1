using System.Text;
using TaskQueue.Queues;
using TaskQueue.Tests.Commands;
using TaskQueue.Tests.Servers;

namespace TaskQueue.Tests.Worker;

/// <summary>Messages that no worker can read: another program's, or damaged ones.</summary>
public sealed class UnreadableMessageTests(RabbitServer rabbit, Emulators emulators)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("fq")]
    [InlineData("amqp")]
    [InlineData("sqs")]
    public async Task They_are_put_aside_with_a_line_each_and_spoil_no_verb(string kind)
    {
        byte[][] bodies =
        [
            "not json"u8.ToArray(),
            """{"v":1,"id":"","task":"ledger"}"""u8.ToArray(),
            """{"v":9,"id":"nine","task":"ledger","parameters":{}}"""u8.ToArray(),
            [.. Enumerable.Repeat((byte)'x', 1 << 20)],
        ];
        var names = bodies.Select(body => MessageKey.Of(body).Id).ToList();
        var queue = await QueueOfKind.CreateAsync(kind, rabbit, emulators);
        using var project = new LedgerProject([.. queue.Settings]) { OtherQueue = queue.Open };
        await PublishAsync(project, bodies);
        await project.InsertAsync([new LedgerRow("good")]);
        var worker = project.StartWorker("--exit-when-empty");

        Assert.Equal(0, await worker.WaitAsync());

        Assert.Equal("good", Assert.Single(await project.DoneAsync()).Id);
        var log = (await worker.ErrorAsync()).Split('\n');
        Assert.DoesNotContain(log, line => line.TrimStart().StartsWith("at ", StringComparison.Ordinal));
        Assert.Equal(bodies.Length, log.Count(line => line.Contains("error: ", StringComparison.Ordinal) || line.Contains("failed, ", StringComparison.Ordinal)));
        await AssertVerbsAsync(project, names);
    }

    private static async Task AssertVerbsAsync(LedgerProject project, List<string> names)
    {
        Assert.Contains("failed   4 (see", await RunAsync(project, "status"), StringComparison.Ordinal);
        var failed = await RunAsync(project, "failed");
        Assert.StartsWith("4 tasks failed.", failed, StringComparison.Ordinal);
        Assert.All(names, name => Assert.Contains(name, failed, StringComparison.Ordinal));

        Assert.StartsWith("Put 1 task back", await RunAsync(project, $"requeue {names[0]}"), StringComparison.Ordinal);
        Assert.StartsWith("Put 3 tasks back", await RunAsync(project, "requeue --all"), StringComparison.Ordinal);
        Assert.StartsWith("Removed 4 tasks", await RunAsync(project, "purge --yes"), StringComparison.Ordinal);
        await project.AssertCountsAsync(default);
    }

    private static async Task PublishAsync(LedgerProject project, byte[][] bodies)
    {
        await using var queue = project.OpenQueue();
        var messages = bodies.Select(body => new QueuedMessage(MessageKey.Of(body).Task, Encoding.UTF8.GetBytes(MessageKey.Of(body).Id), body));
        await queue.InsertAsync(messages, _ => { }, Cancelled);
    }

    private static async Task<string> RunAsync(LedgerProject project, string verb)
    {
        var (code, output, error) = await BuiltProgram.ShellAsync(project[""], $"dotnet exec {WorkerProcess.Program} {verb}");
        Assert.True(code == 0, $"{verb}: {code}\n{output}\n{error}");
        return output;
    }
}
