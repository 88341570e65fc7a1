using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Amazon.Runtime;
using Microsoft.AspNetCore.Http;
using TaskQueue.Contracts;
using TaskQueue.Queues;
using TaskQueue.Queues.Sqs;
using TaskQueue.Tests.Servers;

namespace TaskQueue.Tests.Queues.Sqs;

/// <summary>Requests as they arrive at a service carry the signature that AWS's signer for JavaScript gives them.</summary>
public sealed class SignatureTests : IDisposable
{
    private const string Key = "AKIDEXAMPLE", Secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", Token = "IQoJb3JpZ2luX2VjEA==/+token";

    private readonly TemporaryFolder _folder = new();
    private readonly ConcurrentQueue<JsonObject> _captured = [];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Requests_are_signed_as_an_independent_signer_signs_them(bool hasSession)
    {
        await using var server = await TestServer.StartAsync(AnswerAsync);
        await UseQueueAsync(server.Url, hasSession ? new SessionAWSCredentials(Key, Secret, Token) : new BasicAWSCredentials(Key, Secret));

        string[] actions = ["GetQueueUrl", "GetQueueAttributes", "SendMessageBatch", "ReceiveMessage", "ChangeMessageVisibilityBatch", "DeleteMessageBatch"];
        Assert.Empty(actions.Except(_captured.Select(request => request["headers"]!["x-amz-target"]!.ToString().Split('.')[1])));
        Assert.All(_captured, request => Assert.Equal(hasSession, request["headers"]!["x-amz-security-token"] is not null));
        Assert.All(_captured, request => Assert.Contains("/eu-central-1/sqs/aws4_request", (string)request["headers"]!["authorization"]!));
        Assert.All(await CompareAsync(hasSession, [.. _captured]), verdict => Assert.Equal("same", verdict));
    }

    [Fact]
    public async Task The_independent_signer_notices_what_was_changed()
    {
        await using var server = await TestServer.StartAsync(AnswerAsync);
        await UseQueueAsync(server.Url, new SessionAWSCredentials(Key, Secret, Token));
        var body = _captured.First();
        body["body"] = Convert.ToBase64String("{}"u8);
        var header = (JsonObject)_captured.First().DeepClone();
        header["headers"]!["x-amz-target"] = "AmazonSQS.DeleteQueue";

        Assert.Equal(["different", "different"], await CompareAsync(hasSession: true, body, header));
        Assert.Equal(["different"], await CompareAsync(hasSession: false, _captured.Last()));
    }

    private async Task<string[]> CompareAsync(bool hasSession, params JsonObject[] requests)
    {
        foreach (var request in requests)
        {
            request["credentials"] = new JsonObject { ["accessKeyId"] = Key, ["secretAccessKey"] = Secret };
            if (hasSession)
                request["credentials"]!["sessionToken"] = Token;
        }
        await File.WriteAllTextAsync(_folder["requests.json"], JsonSerializer.Serialize(requests), Stop);
        return (await Node.RunScript("signatures/check.mjs", _folder["requests.json"])).Trim().Split('\n');
    }

    /// <summary>Inserts, leases, renews and acknowledges a message.</summary>
    private static async Task UseQueueAsync(string url, AWSCredentials credentials)
    {
        var address = new SqsAddress("tasks", "eu-central-1", null);
        await using var queue = new SqsQueue(
            address, SqsClients.Create(address, credentials, url), SqsClients.CreateForRenewals(address, TimeSpan.FromMinutes(1), credentials, url),
            new QueueLimits(), TimeProvider.System);
        await queue.InsertAsync([new QueuedMessage("task", "id"u8.ToArray(), "\"ünï¢ode 任务 + / = %20\""u8.ToArray())], new Progress<InsertedBatch>(), Stop);
        var leases = await queue.LeaseAsync(1, TimeSpan.FromMinutes(1), Stop);
        Assert.Equal([Renewal.Held], queue.Renew(leases, TimeSpan.FromMinutes(1)));
        Assert.True(Assert.Single(await queue.AcknowledgeAsync(leases)));
    }

    private async Task AnswerAsync(HttpContext http)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body);
        _captured.Enqueue(new JsonObject
        {
            ["method"] = http.Request.Method,
            ["path"] = http.Request.Path.ToUriComponent(),
            ["headers"] = new JsonObject(http.Request.Headers.Select(header =>
                KeyValuePair.Create(header.Key.ToLowerInvariant(), (JsonNode?)header.Value.ToString()))),
            ["body"] = Convert.ToBase64String(body.ToArray()),
        });
        await SqsProxy.WriteAsync(http, SqsProxy.ActionOf(http) switch
        {
            "GetQueueUrl" => new JsonObject { ["QueueUrl"] = $"{http.Request.Scheme}://{http.Request.Host}/123456789012/tasks" },
            "ReceiveMessage" => new JsonObject
            {
                ["Messages"] = new JsonArray(new JsonObject { ["MessageId"] = "1", ["ReceiptHandle"] = "AQEB+/=", ["Body"] = "\"x\"" }),
            },
            _ => new JsonObject(),
        });
    }
}
