using System.Net.Http.Headers;
using System.Text.Json;
using Amazon.Runtime;
using TaskQueue.Contracts;
using TaskQueue.Queues.Sqs;

namespace TaskQueue.Tests.Queues.Sqs;

/// <summary>A service that speaks like SQS, asked without our own client.</summary>
/// <param name="url">Without a slash at its end.</param>
internal sealed class SqsServer(string url)
{
    private static readonly HttpClient Http = new();
    private static readonly BasicAWSCredentials Credentials = new("key", "secret");

    /// <summary>Makes a queue and its dead-letter queue.</summary>
    /// <returns>The queue's name.</returns>
    public async Task<string> CreateAsync(string attributes = "", string deadAttributes = "", string redrive = """{"deadLetterTargetArn":"ARN","maxReceiveCount":"25"}""")
    {
        var name = $"tasks-{Guid.NewGuid():n}";
        await AskAsync("CreateQueue", $$$"""{"QueueName":"{{{name}}}_dead","Attributes":{"MessageRetentionPeriod":"1209600"{{{deadAttributes}}}}}""");
        var policy = JsonSerializer.Serialize(redrive.Replace("ARN", $"arn:aws:sqs:us-east-1:000000000000:{name}_dead", StringComparison.Ordinal));
        var redriving = redrive.Length == 0 ? "" : $",\"RedrivePolicy\":{policy}";
        await AskAsync("CreateQueue", $$$"""{"QueueName":"{{{name}}}","Attributes":{"MessageRetentionPeriod":"1209600"{{{redriving}}}{{{attributes}}}}}""");
        return name;
    }

    /// <summary>Opens a queue as the engine does, with keys that no environment variable holds.</summary>
    public SqsQueue Open(string name, TimeProvider? clock = null)
    {
        var address = new SqsAddress(name, "us-east-1", null);
        return new SqsQueue(
            address, SqsClients.Create(address, Credentials, url), SqsClients.CreateForRenewals(address, new QueueLimits().Lease, Credentials, url),
            new QueueLimits(), clock ?? TimeProvider.System);
    }

    public async Task<JsonElement> AskAsync(string action, string json)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, url);
        request.Headers.Add("X-Amz-Target", $"AmazonSQS.{action}");
        request.Content = new StringContent(json);
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/x-amz-json-1.0");
        using var answer = await Http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, text);
        return JsonDocument.Parse(text.Length == 0 ? "{}" : text).RootElement;
    }
}
