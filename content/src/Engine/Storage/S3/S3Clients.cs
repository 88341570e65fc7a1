using Amazon.Runtime;
using Amazon.S3;

namespace TaskQueue.Storage.S3;

/// <summary>Makes clients of S3, or of another service that speaks like it.</summary>
internal static class S3Clients
{
    private const string DefaultRegion = "us-east-1";
    /// <summary>A service that is away is told after 6 s: the SDK's waits begin at 50 ms, and double.</summary>
    private const int MaxRetries = 8;

    private static readonly TimeSpan LongestTry = TimeSpan.FromMinutes(5);

    /// <param name="endpoint">Another service's URL; null for Amazon's.</param>
    /// <param name="credentials">Null for those that the AWS SDK finds in environment, profile or machine.</param>
    public static AmazonS3Client Create(string? endpoint, AWSCredentials? credentials = null)
    {
        var config = new AmazonS3Config
        {
            RetryMode = RequestRetryMode.Standard,
            MaxErrorRetry = MaxRetries,
            // The SDK would stop trying when many requests fail at once, which is when a worker has to hold out.
            ThrottleRetries = false,
            Timeout = LongestTry,
            ConnectTimeout = TimeSpan.FromSeconds(10),
            // A redirect would carry the session's token to another host.
            AllowAutoRedirect = false,
        };
        if (endpoint is not null)
        {
            config.ServiceURL = endpoint;
            config.ForcePathStyle = true;
            config.AuthenticationRegion = Region;
        }
        else if (config.RegionEndpoint is null)
        {
            config.RegionEndpoint = Amazon.RegionEndpoint.GetBySystemName(Region);
        }

        return credentials is null ? new AmazonS3Client(config) : new AmazonS3Client(credentials, config);
    }

    private static string Region =>
        Environment.GetEnvironmentVariable("AWS_REGION")
        ?? Environment.GetEnvironmentVariable("AWS_DEFAULT_REGION")
        ?? DefaultRegion;
}
