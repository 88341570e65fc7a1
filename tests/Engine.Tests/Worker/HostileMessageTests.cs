using System.Diagnostics;
using System.Text;
using RabbitMQ.Client;
using TaskQueue.Queues;
using TaskQueue.Tests.Servers;

namespace TaskQueue.Tests.Worker;

/// <summary>Messages of somebody who means harm, and those of other versions of this program.</summary>
public sealed class HostileMessageTests(RabbitServer rabbit, Emulators emulators)
{
    private const string Envelope = """
        {"messageId":"6f5b0000-5d45-0015-0000-08dc00000000","responseAddress":"rabbitmq://localhost/canary-response",
         "faultAddress":"rabbitmq://localhost/canary-fault","destinationAddress":"rabbitmq://localhost/canary-destination",
         "messageType":["urn:message:System.Diagnostics:Process","urn:message:TaskQueue.Queues:TaskMessage"],
         "message":{"v":1,"id":"enveloped","task":"ledger","parameters":{"id":"enveloped"}}}
        """;

    public static TheoryData<string> Kinds => ["fq", "amqp", "sqs"];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_message_that_means_harm_is_put_aside_at_once(string kind)
    {
        const int Levels = 100_000, Digits = 900_000;
        var deep = Message("deep", $$""" "x":{{new string('[', Levels)}}{{new string(']', Levels)}} """);
        var number = Message("number", $$""" "milliseconds":{{new string('9', Digits)}} """);
        var twice = """{"v":1,"id":"first","task":"ledger","parameters":{"id":"first"},"id":"last","parameters":{"id":"last"}}""";
        var started = Stopwatch.GetTimestamp();
        Assert.Null(TaskMessage.TryRead(Encoding.UTF8.GetBytes(deep)));
        Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.Zero, TimeSpan.FromSeconds(1));
        using var project = await CreateAsync(kind);

        await WorkOffAsync(project, deep, number, twice);

        Assert.Equal(["last", "plain"], (await project.DoneAsync()).Select(record => record.Id).Order());
        Assert.Equal(["last", "plain"], project.Starts().Order());
        var parked = await ParkedAsync(project);
        Assert.Equal(2, parked.Count);
        Assert.All(parked, message => Assert.InRange(message.Parking.Reason.Length, 1, 1000));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_message_of_another_version_fails_with_that_reason_and_more_fields_do_no_harm(string kind)
    {
        using var project = await CreateAsync(kind);

        await WorkOffAsync(
            project,
            """{"v":9,"id":"newer","task":"ledger","parameters":{"id":"newer"}}""",
            """{"id":"older","task":"ledger","parameters":{"id":"older"}}""",
            """{"v":1,"id":"more","task":"ledger","parameters":{"id":"more","shade":{"a":[1]}},"priority":7,"trace":{"b":null}}""");

        Assert.Equal(["more", "plain"], project.Starts().Order());
        Assert.Equal(
            [("newer", "The message has version 9; this worker reads versions 1 to 2."), ("older", "The message has version 0; this worker reads versions 1 to 2.")],
            (await project.FailedAsync()).Select(record => (record.Id, record.Message)).Order());
        Assert.Equal(2, (await ParkedAsync(project)).Count);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_message_that_names_a_type_loads_none(string kind)
    {
        using var project = await CreateAsync(kind);
        if (kind == "amqp")
        {
            await project.InsertAsync([]);
            await PublishAsync(project["config/task.env"], Envelope);
        }

        await WorkOffAsync(
            project,
            """{"$type":"System.IO.FileInfo, System.Private.CoreLib","v":1,"id":"typed","task":"ledger","parameters":{"$type":"System.Diagnostics.Process, System.Diagnostics.Process","id":"typed"}}""",
            Envelope.Replace("6f5b", "7f5b", StringComparison.Ordinal));

        Assert.Equal(["plain", "typed"], project.Starts().Order());
        Assert.Equal(kind == "amqp" ? 2 : 1, (await ParkedAsync(project)).Count);
        if (kind == "amqp")
            Assert.DoesNotContain("canary", await (await rabbit.StartedAsync()).ControlAsync("list_exchanges", "name"), StringComparison.Ordinal);
    }

    private static string Message(string id, string parameter) => $$"""{"v":1,"id":"{{id}}","task":"ledger","parameters":{"id":"{{id}}",{{parameter}} } }""";

    private async Task<LedgerProject> CreateAsync(string kind)
    {
        var queue = await QueueOfKind.CreateAsync(kind, rabbit, emulators);
        return new LedgerProject([.. queue.Settings]) { OtherQueue = queue.Open };
    }

    /// <summary>Queues messages, and a plain task behind them, and lets a worker work them off.</summary>
    private static async Task WorkOffAsync(LedgerProject project, params string[] bodies)
    {
        await using (var queue = project.OpenQueue())
        {
            var messages = bodies.Select((body, i) => new QueuedMessage(LedgerProject.TaskName, Encoding.UTF8.GetBytes($"hostile-{i}"), Encoding.UTF8.GetBytes(body)));
            await queue.InsertAsync(messages, _ => { }, Cancelled);
        }
        await project.InsertAsync([new LedgerRow("plain")]);
        Assert.Equal(1, await project.WorkOffAsync());
    }

    private static async Task<List<ParkedMessage>> ParkedAsync(LedgerProject project)
    {
        await using var queue = project.OpenQueue();
        return await queue.ListParkedMessagesAsync(Cancelled).ToListAsync(Cancelled);
    }

    /// <summary>Publishes as MassTransit does, with its content type.</summary>
    private static async Task PublishAsync(string settings, string body)
    {
        var path = new Uri(File.ReadLines(settings).Single(line => line.StartsWith("TASKQUEUE_PATH=", StringComparison.Ordinal))["TASKQUEUE_PATH=".Length..]);
        await using var connection = await new ConnectionFactory { Uri = new Uri(path.GetLeftPart(UriPartial.Authority)) }.CreateConnectionAsync(Cancelled);
        await using var channel = await connection.CreateChannelAsync(new CreateChannelOptions(true, true), Cancelled);
        var properties = new BasicProperties
        {
            ContentType = "application/vnd.masstransit+json",
            Headers = new Dictionary<string, object?> { ["MT-Fault-Address"] = "rabbitmq://localhost/canary-header", ["MT-MessageType"] = "urn:message:System.Diagnostics:Process" },
        };
        await channel.BasicPublishAsync("", path.AbsolutePath[1..], mandatory: true, properties, Encoding.UTF8.GetBytes(body), Cancelled);
    }
}
