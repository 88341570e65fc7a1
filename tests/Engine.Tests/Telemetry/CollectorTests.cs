using System.Net;
using System.Net.Sockets;
using TaskQueue.Queues;
using TaskQueue.Tests.Servers;
using TaskQueue.Tests.Worker;
using TaskQueue.Worker;
using TaskQueue.Worker.Attempts;

namespace TaskQueue.Tests.Telemetry;

/// <summary>Spans and metrics of real processes, as a collector gets them; and what it costs when there is none.</summary>
public sealed class CollectorTests(RabbitServer rabbit, Emulators emulators)
{
    private const int Rows = 3;

    /// <summary>Percent-encoded, as the SDK's variable wants it, and a value of an env file.</summary>
    private const string Headers = "OTEL_EXPORTER_OTLP_HEADERS=Authorization=Bearer%20";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("fq", "fq", "queue")]
    [InlineData("amqp", "rabbitmq", null)]
    public async Task A_task_is_a_span_below_those_of_MassTransit_and_linked_to_its_insert(string kind, string system, string? name)
    {
        await using var collector = await OtlpReceiver.StartAsync();
        var queue = await QueueOfKind.CreateAsync(kind, rabbit, emulators, new() { MaxAttempts = 1 });
        using var project = new LedgerProject([.. queue.Settings, .. collector.Settings, "TQ_MAX_ATTEMPTS=1"]) { OtherQueue = queue.Open };
        name ??= queue.Settings[0].Split('/')[^1];

        Assert.Equal(0, await project.RunInserterAsync([.. LedgerRow.Many(Rows, "wait", 50), new LedgerRow("bad", "throw")], failAt: null));
        var insert = Assert.Single(collector.Spans);
        Assert.Equal(0, await project.StartWorker("--exit-when-empty").WaitAsync());

        Assert.Equal(("TaskQueue", $"send {name}", OtlpSpan.Producer, ""), (insert.Scope, insert.Name, insert.Kind, insert.Parent));
        Assert.Equal($"{Rows + 1}", insert.Attributes["messaging.batch.message_count"]);
        var tasks = collector.Spans.Where(span => span.Scope == "TaskQueue" && span != insert).ToList();
        Assert.Equal([.. LedgerRow.Many(Rows).Select(row => row.Id).Prepend("bad")], tasks.Select(task => task.Attributes["messaging.message.id"]).Order());
        Assert.All(tasks, task => AssertTask(task, $"process {name}", insert, collector.Spans));
        foreach (var span in tasks.Append(insert))
        {
            var operation = span.Name.Split(' ')[0];
            Assert.Equal((system, name), (span.Attributes["messaging.system"], span.Attributes["messaging.destination.name"]));
            Assert.Equal((operation, operation), (span.Attributes["messaging.operation.name"], span.Attributes["messaging.operation.type"]));
            Assert.Equal("LedgerProgram", span.Resource["service.name"]);
        }
        var failed = Assert.Single(tasks, task => task.IsError);
        Assert.Equal(("bad", "System.IO.InvalidDataException", "parked"), (failed.Attributes["messaging.message.id"], failed.Attributes["error.type"], failed.Attributes["taskqueue.outcome"]));
        Assert.Equal(["exception"], failed.Events);

        AssertMetrics(collector, system, name);
    }

    [Fact]
    public async Task The_SDKs_own_variables_count_and_no_header_is_shown()
    {
        await using var collector = await OtlpReceiver.StartAsync();
        using var project = new LedgerProject(
            [.. collector.Settings, Headers + "s3cret", "OTEL_SERVICE_NAME=tiles", "OTEL_RESOURCE_ATTRIBUTES=deployment.environment.name=test", "OTEL_TRACES_SAMPLER=always_on"]);
        await project.InsertAsync(LedgerRow.Many(1));

        var worker = project.StartWorker("--exit-when-empty", "--verbose");
        Assert.Equal(0, await worker.WaitAsync());

        Assert.All(collector.Authorizations, value => Assert.Equal("Bearer s3cret", value));
        var task = Assert.Single(collector.Spans, span => span.Scope == "TaskQueue");
        Assert.Equal(("tiles", "test"), (task.Resource["service.name"], task.Resource["deployment.environment.name"]));
        Assert.Empty(task.Links);
        Assert.DoesNotContain("s3cret", await worker.ErrorAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT=s3cret", "OTEL_EXPORTER_OTLP_ENDPOINT is no address")]
    [InlineData("OTEL_EXPORTER_OTLP_HEADERS=s3cret", "A setting of OpenTelemetry cannot be used")]
    public async Task A_variable_that_cannot_be_used_is_said_before_anything_runs(string line, string what)
    {
        using var project = new LedgerProject([.. line.Contains("ENDPOINT", StringComparison.Ordinal) ? [] : (string[])["OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:9"], line]);
        await project.InsertAsync(LedgerRow.Many(1));

        var error = "";
        foreach (var worker in (WorkerProcess[])[project.StartWorker("--exit-when-empty"), project.StartWorker("--verbose")])
        {
            Assert.Equal(78, await worker.WaitAsync());
            error += await worker.ErrorAsync();
        }

        Assert.Contains($"error: {what}", error, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", error, StringComparison.Ordinal);
        Assert.Empty(project.Starts());
    }

    [Theory]
    [InlineData("wait", 60_000)]
    [InlineData("", 0)]
    public async Task A_collector_that_never_answers_delays_no_exit_and_fails_no_task(string act, int milliseconds)
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        using var project = new LedgerProject(
            $"OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:{((IPEndPoint)silent.LocalEndpoint).Port}", "OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf",
            Headers + "s3cret", "OTEL_BSP_SCHEDULE_DELAY=50", "OTEL_METRIC_EXPORT_INTERVAL=50", "WORKER_DRAIN_SECONDS=1");
        await project.InsertAsync([.. LedgerRow.Many(Rows), new LedgerRow("last", act, milliseconds)]);
        var worker = project.StartWorker();
        await worker.WaitForLineAsync(act == "" ? "done last 1" : "start last 1");

        var (code, time) = await worker.TerminateAsync();

        Assert.Equal(0, code);
        Assert.InRange(time, TimeSpan.Zero, TimeSpan.FromSeconds(3) + Noise.Most);
        Assert.Equal(act == "" ? Rows + 1 : Rows, (await project.DoneAsync()).Count);
        Assert.Empty(await project.FailedAsync());
        Assert.DoesNotContain("s3cret", await worker.ErrorAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task OpenTelemetry_is_loaded_for_a_collector_alone(bool isWanted)
    {
        Need.That(OperatingSystem.IsLinux(), "This test reads /proc.");
        await using var collector = await OtlpReceiver.StartAsync();
        using var project = new LedgerProject(isWanted ? collector.Settings : []);
        await project.InsertAsync([new LedgerRow("done"), new LedgerRow("long", "wait", 60_000)]);
        var worker = project.StartWorker();
        await worker.WaitForLineAsync("start long 1");

        var maps = await File.ReadAllTextAsync($"/proc/{worker.Id}/maps", Cancelled);

        Assert.Contains("MassTransit.dll", maps, StringComparison.Ordinal);
        Assert.Equal(isWanted, maps.Contains("OpenTelemetry", StringComparison.Ordinal));
    }

    [Fact]
    public void Without_a_listener_nothing_is_allocated()
    {
        var (queue, message, worker) = (TaskQueue.Telemetry.Destination.Of("fq://queue"), new TaskMessage(), new WorkerIdentity("name", "build", 1));
        TaskSpan.Begin(queue, message, worker);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
            Assert.True(TaskSpan.Begin(queue, message, worker) is null);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static void AssertTask(OtlpSpan task, string name, OtlpSpan insert, IReadOnlyList<OtlpSpan> all)
    {
        Assert.Equal((name, OtlpSpan.Consumer), (task.Name, task.Kind));
        Assert.Equal((insert.Trace, insert.Id), Assert.Single(task.Links));
        Assert.Equal("1", task.Attributes["taskqueue.attempt"]);
        Assert.True(task.IsError || task.Time >= TimeSpan.FromMilliseconds(40), $"{task.Time}");
        var consumed = Assert.Single(all, span => span.Id == task.Parent);
        var received = Assert.Single(all, span => span.Id == consumed.Parent);
        Assert.Equal(("MassTransit", "MassTransit", ""), (consumed.Scope, received.Scope, received.Parent));
        Assert.Equal((task.Trace, task.Trace), (consumed.Trace, received.Trace));
        Assert.NotEqual(insert.Trace, task.Trace);
    }

    private static void AssertMetrics(OtlpReceiver collector, string system, string name)
    {
        Assert.Equal((Rows + 1, Rows, 1), (collector.Last("messaging.client.sent.messages"), collector.Last("taskqueue.tasks.done"), collector.Last("taskqueue.tasks.failed")));
        Assert.Equal((Rows + 1, 0), (collector.Last("messaging.process.duration"), collector.Last("taskqueue.tasks.running")));
        Assert.Contains(collector.Points, point => point.Metric == "taskqueue.tasks.waiting");
        Assert.All(collector.Points, point => Assert.Equal((system, name), (point.Attributes["messaging.system"], point.Attributes["messaging.destination.name"])));
        Assert.All(collector.Points.Where(point => point.Metric == "taskqueue.tasks.failed"), point => Assert.Equal("System.IO.InvalidDataException", point.Attributes["error.type"]));
    }
}
