using Amazon;
using Amazon.Runtime;
using TaskQueue.Contracts;

namespace TaskQueue.Queues.Sqs;

/// <summary>Makes clients of SQS, or of another service that speaks like it.</summary>
internal static class SqsClients
{
    private const string EmulatorRegion = "us-east-1";

    /// <summary>With those below, the longest time until a wrong address is known to be wrong stays under 10 s.</summary>
    private const int MaxRetries = 2;
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan LongestTry = TimeSpan.FromSeconds(30);

    /// <summary>The client for all but renewals.</summary>
    /// <param name="address">The queue.</param>
    /// <param name="credentials">Null for those that the AWS SDK finds in environment, profile or machine.</param>
    /// <param name="endpoint">Null for that of the environment or Amazon.</param>
    public static SqsClient Create(SqsAddress address, AWSCredentials? credentials = null, string? endpoint = null)
    {
        var config = Configure(address, endpoint);
        config.DefaultAWSCredentials = credentials;
        config.MaxErrorRetry = MaxRetries;
        config.Timeout = LongestTry;
        return new SqsClient(config);
    }

    /// <summary>
    /// A client with connections of its own that works on the caller's thread, whatever tasks do to the thread pool.
    /// It tries once: whoever renews tries again, and knows until when.
    /// </summary>
    /// <param name="address">The queue.</param>
    /// <param name="lease">How long a renewal is good for.</param>
    /// <param name="credentials">Null for those that the AWS SDK finds in environment, profile or machine.</param>
    /// <param name="endpoint">Null for that of the environment or Amazon.</param>
    public static SqsClient CreateForRenewals(SqsAddress address, TimeSpan lease, AWSCredentials? credentials = null, string? endpoint = null)
    {
        var config = Configure(address, endpoint);
        config.DefaultAWSCredentials = credentials;
        config.MaxErrorRetry = 0;
        config.Timeout = lease / 6 < LongestTry ? lease / 6 : LongestTry;
        config.HttpClientFactory = new OnCallersThread();
        return new SqsClient(config);
    }

    private static SqsConfig Configure(SqsAddress address, string? endpoint)
    {
        var other = endpoint ?? Find("AWS_ENDPOINT_URL_SQS") ?? Find("AWS_ENDPOINT_URL");
        var region = address.Region ?? FindRegion() ?? (other is null && address.Url is null ? null : EmulatorRegion);
        if (region is null)
            throw new TaskQueueException(
                ExitCode.Configuration, $"The region of queue '{address.Name}' is not known.", next:
                "Write TASKQUEUE_PATH as sqs://region/name, or set AWS_REGION.");

        return new SqsConfig(EndpointOf(address, region, other), region) { ConnectTimeout = ConnectTimeout };
    }

    private static Uri EndpointOf(SqsAddress address, string region, string? other)
    {
        if (other is null)
            return address.Url is null
                ? new Uri($"https://sqs.{region}.{RegionEndpoint.GetBySystemName(region).PartitionDnsSuffix}")
                : new Uri(address.Url.GetLeftPart(UriPartial.Authority));

        return Uri.TryCreate(other, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"
            ? url
            : throw new TaskQueueException(
                ExitCode.Configuration, $"AWS_ENDPOINT_URL_SQS is not the address of a web service: '{other}'.", next:
                "Use http://host:port, or https://host; or remove it for Amazon's own.");
    }

    private static string? FindRegion() =>
        Find("AWS_REGION") ?? Find("AWS_DEFAULT_REGION")
        ?? FallbackRegionFactory.GetRegionEndpoint(includeInstanceMetadata: false)?.SystemName;

    private static string? Find(string variable) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value ? value : null;
}
