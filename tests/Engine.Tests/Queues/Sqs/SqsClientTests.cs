using System.Diagnostics;
using Amazon.Runtime;
using Amazon.SQS;
using Amazon.SQS.Model;
using Microsoft.AspNetCore.Http;
using TaskQueue.Contracts;
using TaskQueue.Queues.Sqs;
using TaskQueue.Tests.Servers;

namespace TaskQueue.Tests.Queues.Sqs;

/// <summary>Where requests go, what they carry, and what becomes of answers that are none.</summary>
public sealed class SqsClientTests
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(6);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("eu-central-1", "https://sqs.eu-central-1.amazonaws.com")]
    [InlineData("cn-north-1", "https://sqs.cn-north-1.amazonaws.com.cn")]
    public void A_region_has_its_endpoint(string region, string endpoint)
    {
        using var client = SqsClients.Create(new SqsAddress("tasks", region, null));

        Assert.Equal((endpoint, true), (EndpointOf(client), client.IsAmazon));
    }

    [Theory]
    [InlineData("https://sqs.eu-west-3.amazonaws.com/123456789012/tasks", "https://sqs.eu-west-3.amazonaws.com", true)]
    [InlineData("http://127.0.0.1:9324/000000000000/tasks", "http://127.0.0.1:9324", false)]
    public void A_queue_that_is_named_by_its_url_is_asked_there(string url, string endpoint, bool isAmazon)
    {
        using var client = SqsClients.Create(new SqsAddress("tasks", "eu-west-3", new Uri(url)));

        Assert.Equal((endpoint, isAmazon, url), (EndpointOf(client), client.IsAmazon, client.Location));
    }

    [Fact]
    public async Task Requests_and_renewals_are_signed_for_SQS_in_the_region_and_carry_the_session()
    {
        var signed = new List<string>();
        await using var server = await TestServer.StartAsync(http =>
        {
            Assert.Equal("session", http.Request.Headers["x-amz-security-token"]);
            signed.Add(http.Request.Headers.Authorization.ToString());
            return SqsProxy.WriteAsync(http, new System.Text.Json.Nodes.JsonObject());
        });
        var address = new SqsAddress("tasks", "eu-central-1", null);
        var credentials = new SessionAWSCredentials("key", "secret", "session");
        using var client = SqsClients.Create(address, credentials, server.Url);
        using var renewals = SqsClients.CreateForRenewals(address, Lease, credentials, server.Url);

        await client.SendMessageBatchAsync(server.Url + "/1/tasks", [new("0", "body")], Stop);
        Renew(renewals);

        Assert.Equal(2, signed.Count);
        Assert.All(signed, authorization => Assert.Matches("^AWS4-HMAC-SHA256 Credential=key/[0-9]{8}/eu-central-1/sqs/aws4_request, SignedHeaders=", authorization));
    }

    [Theory]
    [InlineData(302)]
    [InlineData(307)]
    public async Task A_redirect_is_neither_followed_nor_taken_for_an_answer(int status)
    {
        var elsewhere = 0;
        await using var other = await TestServer.StartAsync(http =>
        {
            elsewhere++;
            return SqsProxy.WriteAsync(http, new System.Text.Json.Nodes.JsonObject());
        });
        await using var server = await TestServer.StartAsync(http =>
        {
            http.Response.StatusCode = status;
            http.Response.Headers.Location = other.Url;
            return SqsProxy.WriteAsync(http, new System.Text.Json.Nodes.JsonObject());
        });
        using var client = Create(server.Url);
        using var renewals = CreateForRenewals(server.Url);

        var send = await Assert.ThrowsAsync<TaskQueueException>(() => client.SendMessageBatchAsync("url", [new("0", "body")], Stop));
        var renewal = Assert.Throws<TaskQueueException>(() => Renew(renewals));

        Assert.All([send, renewal], error => Assert.Equal(ExitCode.Unavailable, error.ExitCode));
        Assert.StartsWith("SQS refuses SendMessageBatch on 'sqs://us-east-1/tasks': ", send.Message, StringComparison.Ordinal);
        Assert.Equal(0, elsewhere);
    }

    [Theory]
    [InlineData(200, "<html>Welcome</html>", "is not one of an SQS service", false)]
    [InlineData(200, "", "is not one of an SQS service", false)]
    [InlineData(404, "<html>Not found</html>", "SQS refuses", false)]
    [InlineData(503, "<html>Busy</html>", "SQS cannot answer", true)]
    public async Task What_a_stranger_answers_is_an_error(int status, string answer, string what, bool isTransient)
    {
        await using var server = await TestServer.StartAsync(http =>
        {
            http.Response.StatusCode = status;
            return http.Response.WriteAsync(answer);
        });
        using var client = Create(server.Url);
        using var renewals = CreateForRenewals(server.Url);

        var send = await Assert.ThrowsAsync<TaskQueueException>(() => client.SendMessageBatchAsync("url", [new("0", "body")], Stop));
        var renewal = Assert.Throws<TaskQueueException>(() => Renew(renewals));

        Assert.All([send, renewal], error => Assert.Contains(what, error.Message, StringComparison.Ordinal));
        Assert.All([send, renewal], error => Assert.Equal((ExitCode.Unavailable, isTransient), (error.ExitCode, error.IsTransient)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_answer_that_never_comes_or_breaks_off_is_not_awaited_without_end(bool begins)
    {
        await using var server = await TestServer.StartAsync(async http =>
        {
            if (begins)
            {
                http.Response.ContentLength = 100;
                await http.Response.WriteAsync("{\"Failed\":");
            }
            await Task.Delay(Timeout.Infinite, http.RequestAborted);
        });
        using var renewals = CreateForRenewals(server.Url);
        using var client = new SqsClient(
            new AmazonSQSConfig { ServiceURL = server.Url, DefaultAWSCredentials = new BasicAWSCredentials("key", "secret") }, TimeSpan.FromSeconds(2), "here");
        var clock = Stopwatch.StartNew();

        var renewal = Assert.Throws<TaskQueueException>(() => Renew(renewals));
        Assert.InRange(clock.Elapsed, TimeSpan.FromSeconds(0.9), TimeSpan.FromSeconds(2) + Noise.Most);
        var send = await Assert.ThrowsAsync<TaskQueueException>(() => client.SendMessageBatchAsync("url", [new("0", "body")], Stop));
        Assert.InRange(clock.Elapsed, TimeSpan.FromSeconds(2.9), TimeSpan.FromSeconds(8) + Noise.Most);

        Assert.All([send, renewal], error => Assert.True(error.IsTransient, error.Message));
    }

    private static SqsClient Create(string url) =>
        SqsClients.Create(new SqsAddress("tasks", "us-east-1", null), new BasicAWSCredentials("key", "secret"), url);

    private static SqsClient CreateForRenewals(string url) =>
        SqsClients.CreateForRenewals(new SqsAddress("tasks", "us-east-1", null), Lease, new BasicAWSCredentials("key", "secret"), url);

    private static void Renew(SqsClient client) =>
        client.ChangeMessageVisibilityBatch(new("url", [new("0", "handle") { VisibilityTimeout = 6 }]));

    private static string EndpointOf(SqsClient client) =>
        client.DetermineServiceOperationEndpoint(new GetQueueUrlRequest("tasks")).URL.TrimEnd('/');
}
