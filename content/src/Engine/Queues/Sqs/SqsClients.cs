using Amazon;
using Amazon.Runtime;
using Amazon.SQS;
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
        var config = Configure(address, credentials, endpoint);
        config.MaxErrorRetry = MaxRetries;
        config.Timeout = LongestTry;
        return new SqsClient(config, LongestTry * (MaxRetries + 1), LocationOf(address, config));
    }

    /// <summary>
    /// A client with a connection of its own. It tries once: its caller tries again, and knows until when.
    /// </summary>
    /// <param name="address">The queue.</param>
    /// <param name="lease">How long a renewal is good for.</param>
    /// <param name="credentials">Null for those that the AWS SDK finds in environment, profile or machine.</param>
    /// <param name="endpoint">Null for that of the environment or Amazon.</param>
    public static SqsClient CreateForRenewals(SqsAddress address, TimeSpan lease, AWSCredentials? credentials = null, string? endpoint = null)
    {
        var config = Configure(address, credentials, endpoint);
        config.MaxErrorRetry = 0;
        config.MaxStaleConnectionRetries = 0;
        config.Timeout = lease / 6 < LongestTry ? lease / 6 : LongestTry;
        // The SDK would use as many in turn as there are cores, and each so seldom that its connection closes.
        config.HttpClientCacheSize = 1;
        return new SqsClient(config, config.Timeout.Value * 1.5, LocationOf(address, config));
    }

    private static AmazonSQSConfig Configure(SqsAddress address, AWSCredentials? credentials, string? endpoint)
    {
        var url = FindOtherService(endpoint) ?? address.Url?.GetLeftPart(UriPartial.Authority);
        var region = address.Region ?? FindRegion() ?? (url is null ? null : EmulatorRegion);
        if (region is null)
            throw new TaskQueueException(
                ExitCode.Configuration, $"The region of queue '{address.Name}' is not known.", next:
                "Write TASKQUEUE_PATH as sqs://region/name, or set AWS_REGION.");

        var config = new AmazonSQSConfig
        {
            DefaultAWSCredentials = credentials,
            AuthenticationRegion = region,
            IgnoreConfiguredEndpointUrls = true,
            ConnectTimeout = ConnectTimeout,
            RetryMode = RequestRetryMode.Standard,
            // The SDK would stop trying when many requests fail at once, which is when a worker has to hold out.
            ThrottleRetries = false,
            // A redirect would carry the session's token to another host.
            AllowAutoRedirect = false,
        };
        if (url is null)
            config.RegionEndpoint = RegionEndpoint.GetBySystemName(region);
        else
            config.ServiceURL = url;
        return config;
    }

    private static string LocationOf(SqsAddress address, AmazonSQSConfig config) =>
        address.Url?.AbsoluteUri ?? $"{SqsAddress.Scheme}://{config.AuthenticationRegion}/{address.Name}";

    private static string? FindOtherService(string? endpoint)
    {
        endpoint ??= Find("AWS_ENDPOINT_URL_SQS") ?? Find("AWS_ENDPOINT_URL");
        if (endpoint is null || (Uri.TryCreate(endpoint, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"))
            return endpoint;

        throw new TaskQueueException(
            ExitCode.Configuration, $"AWS_ENDPOINT_URL_SQS is not the address of a web service: '{endpoint}'.", next:
            "Use http://host:port, or https://host; or remove it for Amazon's own.");
    }

    private static string? FindRegion() =>
        Find("AWS_REGION") ?? Find("AWS_DEFAULT_REGION")
        ?? FallbackRegionFactory.GetRegionEndpoint(includeInstanceMetadata: false)?.SystemName;

    private static string? Find(string variable) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value ? value : null;
}
