using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using TaskQueue.Records;
using TaskQueue.Storage.Buckets;
using TaskQueue.Tests.Children;
using TaskQueue.Tests.Queues;
using TaskQueue.Tests.Queues.Sqs;
using TaskQueue.Tests.Servers;
using TaskQueue.Tests.Storage.S3;

namespace TaskQueue.Tests.Commands;

/// <summary>The same project with its queue on SQS: config/task.env differs, and nothing else.</summary>
public sealed class SqsProjectTests(Emulators emulators) : IDisposable
{
    private readonly CommandProject _project = new();
    private readonly string _name = $"tasks-{Guid.NewGuid():n}";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _project.Dispose();

    [Fact]
    public async Task The_main_job_runs_on_SQS_and_S3()
    {
        var bucket = $"bucket-{Guid.NewGuid():n}";
        var sqs = await emulators.FauxqsAsync();
        await using var s3 = await S3Proxy.StartAsync(sqs, bucket);
        Configure(sqs, $"CF_CLOUDPATH=s3://{bucket}/out", $"AWS_ENDPOINT_URL_S3={s3.Url}", "TQ_MAX_ATTEMPTS=2");

        var first = await RunAsync(
            "$P check --create && $P insert-tasks && $P worker --exit-when-empty && $P status && $P results --output r.csv && wc -l <r.csv");

        Assert.Equal((0, ""), (first.Code, first.Code == 0 ? "" : first.Error));
        Assert.Contains($"made {_name}: retention 14 days, messages up to 1048576 bytes, visibility 60 s, to {_name}_dead after 22 deliveries", first.Output);
        Assert.Contains("worker          sqs:ReceiveMessage, sqs:ChangeMessageVisibility, sqs:DeleteMessage, sqs:SendMessage", first.Output);
        Assert.Contains($"Queued 12 of 12 rows of tasks.feather in sqs://us-east-1/{_name}", first.Output);
        Assert.Contains("failed   2 (see", first.Output);
        Assert.EndsWith("11", first.Output.TrimEnd());
        BucketStore store = S3StoreTests.Open(s3.Url, bucket, "out");
        Assert.Equal(10, await new RecordStore(store).ReadDoneAsync("echo", cancellationToken: Stop).CountAsync(Stop));

        var mended = await RunAsync("$P failed && $P requeue --all && $P status && $P insert-tasks --dry-run && $P purge --yes && $P status");

        Assert.Equal((0, ""), (mended.Code, mended.Code == 0 ? "" : mended.Error));
        Assert.Contains("2 tasks failed.", mended.Output);
        Assert.Contains($"Put 2 tasks back in sqs://us-east-1/{_name}\n", mended.Output);
        Assert.Contains("queued   2", mended.Output);
        Assert.Contains("(10 are done)", mended.Output);
        Assert.Contains("Removed 2 tasks", mended.Output);
        Assert.Contains("queued   0", mended.Output);
    }

    [Fact]
    public async Task Its_tasks_reach_the_MassTransit_consumer()
    {
        Need.That(!OperatingSystem.IsWindows(), "This test needs env.");
        var sqs = await emulators.FauxqsAsync();
        Configure(sqs);
        Assert.Equal(0, (await RunAsync("$P check --create && $P insert-tasks --limit 2")).Code);

        using var child = Child.StartThrough(
            ["env", $"AWS_ENDPOINT_URL_SQS={sqs}", "AWS_ACCESS_KEY_ID=key", "AWS_SECRET_ACCESS_KEY=secret"],
            "listen-to-consumers", _project.Root, $"sqs://us-east-1/{_name}");
        var output = await child.Output.ReadToEndAsync(Stop);

        Assert.Equal(0, (await child.WaitAsync(Stop)).ExitCode);
        Assert.Equal(2, output.Split('\n').Count(line => line.EndsWith(" by TaskQueue.Worker.Deliveries.TaskConsumer", StringComparison.Ordinal)));
        Assert.Equal(2, await _project.Records.ReadDoneAsync("echo", cancellationToken: Stop).CountAsync(Stop));
    }

    [Fact]
    public async Task Characters_that_SQS_forbids_travel_inside_the_JSON_and_arrive()
    {
        const string Hostile = "a\0b\u0008c\uFFFEd\uFFFFe\uDBFF\uDFFFf\u007Fg🚀";
        var sqs = await emulators.FauxqsAsync();
        Configure(sqs, "TASK_PARAMETER_FILENAME=hostile");
        object[] columns =
        [
            new { name = "id", type = "int64", values = new[] { "1" } },
            new { name = "value", type = "float64", values = new[] { 0.5 } },
            new { name = "act", type = "utf8", values = new[] { Hostile } },
        ];
        var tables = new[] { new { path = _project["hostile.feather"], columns } };
        await File.WriteAllTextAsync(_project["tables.json"], JsonSerializer.Serialize(tables), Stop);
        await Node.RunScript("tables/write-columns.mjs", _project["tables.json"]);

        var run = await RunAsync("$P check --create && $P insert-tasks --dry-run && $P insert-tasks && $P worker --exit-when-empty");

        Assert.Equal((0, ""), (run.Code, run.Code == 0 ? "" : run.Error));
        Assert.Contains("a\\u0000b\\bc\\uFFFEd\\uFFFFe\\uDBFF\\uDFFFf", run.Output);
        var done = Assert.Single(await _project.Records.ReadDoneAsync("echo", cancellationToken: Stop).ToListAsync(Stop));
        Assert.Equal(Hostile, done.Parameters.GetProperty("act").GetString());
    }

    [Fact]
    public async Task Check_leaves_a_queue_that_is_there_as_it_is_and_adds_what_is_missing()
    {
        var sqs = await emulators.FauxqsAsync();
        Configure(sqs);
        var server = new SqsServer(sqs);
        await server.AskAsync("CreateQueue", $$$"""{"QueueName":"{{{_name}}}","Attributes":{"VisibilityTimeout":"17"}}""");

        var run = await RunAsync("$P check; $P worker; $P check --create && $P check --create && $P check");

        Assert.Equal(0, run.Code);
        Assert.Contains($"warning: {_name} has no dead-letter queue, and no worker starts without", run.Output);
        Assert.Contains($"error: 'sqs://us-east-1/{_name}' has no dead-letter queue: there is no place for failed tasks.", run.Error);
        Assert.Contains($"{_name} goes to {_name}_dead after 25 deliveries from now on", run.Output);
        Assert.Contains($"{_name} is there already, and stays as it is", run.Output);
        Assert.Contains("deletes tasks of", run.Output);
        var url = (await server.AskAsync("GetQueueUrl", $$"""{"QueueName":"{{_name}}"}""")).GetProperty("QueueUrl").GetString();
        var attributes = (await server.AskAsync("GetQueueAttributes", $$"""{"QueueUrl":"{{url}}","AttributeNames":["All"]}""")).GetProperty("Attributes");
        Assert.Equal("17", attributes.GetProperty("VisibilityTimeout").GetString());
        Assert.Contains($"{_name}_dead", attributes.GetProperty("RedrivePolicy").GetString());
    }

    [Fact]
    public async Task Insert_and_worker_say_what_should_be_changed()
    {
        var sqs = await emulators.FauxqsAsync();
        var name = await new SqsServer(sqs).CreateAsync(
            ",\"VisibilityTimeout\":\"60\"", redrive: """{"deadLetterTargetArn":"ARN","maxReceiveCount":1}""");
        Configure(sqs, $"TASKQUEUE_PATH=sqs://us-east-1/{name}");

        var run = await RunAsync("$P insert-tasks --limit 1 && $P worker --exit-when-empty");

        Assert.Equal(0, run.Code);
        Assert.Equal(2, run.Error.Split('\n').Count(line => line.Contains($"warning: maxReceiveCount of {name} is 1: SQS parks tasks", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task The_queue_may_be_named_by_its_url()
    {
        var sqs = await emulators.FauxqsAsync();
        var server = new SqsServer(sqs);
        var name = await server.CreateAsync();
        var url = (await server.AskAsync("GetQueueUrl", $$"""{"QueueName":"{{name}}"}""")).GetProperty("QueueUrl").GetString()!;
        Configure(sqs, $"TASKQUEUE_PATH={url}");

        var run = await RunAsync("$P insert-tasks --limit 1 && $P worker --exit-when-empty && $P status");

        Assert.Equal((0, ""), (run.Code, run.Code == 0 ? "" : run.Error));
        Assert.Contains($"queue    {url}\n", run.Output);
        Assert.Contains("done     1 of 1\n", run.Output);
    }

    [Fact]
    public async Task Credentials_of_a_role_are_renewed_when_they_end()
    {
        var issued = 0;
        await using var sts = await TestServer.StartAsync(async http =>
        {
            http.Response.ContentType = "text/xml";
            await http.Response.WriteAsync(
                $"""
                <AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleWithWebIdentityResult>
                <Credentials><AccessKeyId>key</AccessKeyId><SecretAccessKey>secret</SecretAccessKey><SessionToken>session-{Interlocked.Increment(ref issued)}</SessionToken>
                <Expiration>{DateTimeOffset.UtcNow.AddSeconds(60):yyyy-MM-ddTHH:mm:ssZ}</Expiration></Credentials>
                </AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>
                """);
        });
        var tokens = new ConcurrentBag<string>();
        await using var proxy = await Proxy.StartAsync(await emulators.FauxqsAsync(), (http, next) =>
        {
            tokens.Add(http.Request.Headers["x-amz-security-token"].ToString());
            return next(http);
        });
        var name = await new SqsServer(proxy.Url).CreateAsync();
        tokens.Clear();
        await File.WriteAllTextAsync(_project["token"], "token-of-the-pod", Stop);
        _project.WriteSettings(
            $"""
            TASKQUEUE_PATH=sqs://us-east-1/{name}
            AWS_REGION=us-east-1
            AWS_ENDPOINT_URL_SQS={proxy.Url}
            AWS_ENDPOINT_URL_STS={sts.Url}
            AWS_ROLE_ARN=arn:aws:iam::123456789012:role/tasks
            AWS_WEB_IDENTITY_TOKEN_FILE={_project["token"]}
            TQ_MAX_ATTEMPTS=2

            """);

        var run = await RunAsync("$P insert-tasks && $P worker --exit-when-empty");

        Assert.Equal((0, ""), (run.Code, run.Code == 0 ? "" : run.Error));
        // Two processes ask for two; more are renewals, which come when a session's end is near.
        Assert.InRange(tokens.Distinct().Count(), 3, issued);
        Assert.DoesNotContain("", tokens);
        Assert.Equal(10, await _project.Records.ReadDoneAsync("echo", cancellationToken: Stop).CountAsync(Stop));
    }

    [Fact]
    public async Task Release_says_when_leases_end()
    {
        var sqs = await emulators.FauxqsAsync();
        Configure(sqs);

        var run = await RunAsync("$P check --create >check.txt && $P release");

        Assert.Equal((0, $"Released 0 tasks of sqs://us-east-1/{_name}\n"), (run.Code, run.Output));
        Assert.Contains("SQS takes no task from a worker; those of a dead one are ready when their leases end, within 60 s.", run.Error);
    }

    [Fact]
    public async Task A_row_over_the_queues_limit_is_stored_and_its_message_names_it()
    {
        var sqs = await emulators.FauxqsAsync();
        var server = new SqsServer(sqs);
        var name = await server.CreateAsync(",\"MaximumMessageSize\":\"1024\"");
        Configure(sqs, $"TASKQUEUE_PATH=sqs://us-east-1/{name}");

        var run = await RunAsync($"$P insert-tasks --limit 2 --set act={new string('x', 1000)} && $P worker --exit-when-empty");

        Assert.Equal((0, ""), (run.Code, run.Code == 0 ? "" : run.Error));
        Assert.Contains("2 rows are stored in ", run.Output);
        Assert.Equal(2, await _project.Records.ReadDoneAsync("echo", cancellationToken: Stop).CountAsync(Stop));
    }

    [Theory]
    [InlineData("AccessDeniedException", 403, 77, "Not permitted: sqs:GetQueueUrl")]
    [InlineData("InvalidClientTokenId", 403, 77, "SQS does not accept the AWS credentials")]
    [InlineData("ServiceUnavailable", 503, 69, "SQS cannot answer GetQueueUrl")]
    public async Task What_SQS_refuses_is_said_at_once_by_every_verb(string code, int status, int expected, string what)
    {
        await using var proxy = await Proxy.StartAsync(await emulators.FauxqsAsync(), (http, _) => SqsProxy.ErrorAsync(http, status, code));
        Configure(proxy.Url);

        await AssertRefusedAsync(expected, what, "insert-tasks", "worker", "status");

        Assert.DoesNotContain(proxy.Requests, request => request.Contains("CreateQueue", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_wrong_name_or_region_is_an_answer_and_makes_no_queue()
    {
        var asked = new List<string>();
        await using var proxy = await Proxy.StartAsync(await emulators.FauxqsAsync(), (http, next) =>
        {
            lock (asked)
                asked.Add(SqsProxy.ActionOf(http));
            return next(http);
        });
        var name = await new SqsServer(proxy.Url).CreateAsync();
        asked.Clear();

        Configure(proxy.Url, $"TASKQUEUE_PATH=sqs://us-east-1/{name}x");
        await AssertRefusedAsync(78, $"There is no such queue: 'sqs://us-east-1/{name}x'.", "insert-tasks", "worker");
        Configure(proxy.Url, $"TASKQUEUE_PATH=sqs://eu-north-1/{name}");
        await AssertRefusedAsync(78, $"There is no such queue: 'sqs://eu-north-1/{name}'.", "insert-tasks", "worker");

        Assert.DoesNotContain("CreateQueue", asked);
    }

    [Fact]
    public async Task A_service_that_is_not_there_or_never_answers_is_known_within_10_s()
    {
        using (var closed = new TcpListener(IPAddress.Loopback, 0))
        {
            closed.Start();
            var port = ((IPEndPoint)closed.LocalEndpoint).Port;
            closed.Stop();
            Configure($"http://127.0.0.1:{port}");
            await AssertRefusedAsync(69, $"Cannot reach 'sqs://us-east-1/{_name}'", "status");
        }
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        Configure($"http://127.0.0.1:{((IPEndPoint)silent.LocalEndpoint).Port}");
        await AssertRefusedAsync(69, $"'sqs://us-east-1/{_name}' does not answer within 8 s.", "insert-tasks");
    }

    [Fact]
    public async Task An_endpoint_that_is_none_is_named()
    {
        Configure("ftp://host");
        await AssertRefusedAsync(78, "AWS_ENDPOINT_URL_SQS is not the address of a web service: 'ftp://host'.", "status");
    }

    [Fact]
    public async Task Without_a_region_the_setting_is_named()
    {
        _project.WriteSettings("TASKQUEUE_PATH=sqs://tasks\n");
        await AssertRefusedAsync(78, "The region of queue 'tasks' is not known.", "status");
    }

    [Fact]
    public async Task Without_credentials_it_says_so()
    {
        _project.WriteSettings("TASKQUEUE_PATH=sqs://us-east-1/tasks\nAWS_ENDPOINT_URL_SQS=http://127.0.0.1:9\nAWS_EC2_METADATA_DISABLED=true\n");
        await AssertRefusedAsync(77, "There are no AWS credentials for 'sqs://us-east-1/tasks'.", "status");
    }

    private Task AssertRefusedAsync(int code, string what, params string[] verbs) =>
        BuiltProgram.AssertRefusedAsync(_project.Root, code, what, verbs);

    /// <summary>A later line of the same name wins.</summary>
    private void Configure(string url, params string[] more)
    {
        var lines = new Dictionary<string, string>();
        string[] all =
        [
            $"TASKQUEUE_PATH=sqs://us-east-1/{_name}", $"AWS_ENDPOINT_URL_SQS={url}", "AWS_ACCESS_KEY_ID=key", "AWS_SECRET_ACCESS_KEY=secret",
            .. more,
        ];
        foreach (var line in all)
            lines[line.Split('=')[0]] = line;
        _project.WriteSettings(string.Join('\n', lines.Values) + "\n");
    }

    private Task<(int Code, string Output, string Error)> RunAsync(string script) => BuiltProgram.ShellAsync(_project.Root, script);
}
