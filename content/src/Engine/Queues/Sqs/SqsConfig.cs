using Amazon.Runtime;
using Amazon.Runtime.Endpoints;
using Amazon.Runtime.Internal;

namespace TaskQueue.Queues.Sqs;

/// <summary>How requests are made: where to, how long, how often.</summary>
internal sealed class SqsConfig : ClientConfig
{
    private const string Service = "sqs";

    /// <param name="endpoint">Where requests go.</param>
    /// <param name="region">What they are signed for.</param>
    public SqsConfig(Uri endpoint, string region) : base(new Defaults())
    {
        ServiceId = "SQS";
        AuthenticationServiceName = Service;
        AuthenticationRegion = region;
        ServiceURL = endpoint.AbsoluteUri;
        EndpointProvider = new StaticEndpointProvider(ServiceURL);
        RetryMode = RequestRetryMode.Standard;
        // The SDK would stop trying when many requests fail at once, which is when a worker has to hold out.
        ThrottleRetries = false;
        // A redirect would carry the session's token to another host.
        AllowAutoRedirect = false;
    }

    public override string ServiceVersion => "2012-11-05";

    public override string UserAgent => "dltaskqueue";

    public override string RegionEndpointServiceName => Service;

    public override Endpoint DetermineServiceOperationEndpoint(ServiceOperationEndpointParameters parameters) =>
        new(ServiceURL);

    private sealed class Defaults : IDefaultConfigurationProvider
    {
        public IDefaultConfiguration GetDefaultConfiguration(
            Amazon.RegionEndpoint clientRegion, DefaultConfigurationMode? requestedConfigurationMode = null) =>
            new DefaultConfiguration { Name = DefaultConfigurationMode.Standard, RetryMode = RequestRetryMode.Standard };
    }
}
