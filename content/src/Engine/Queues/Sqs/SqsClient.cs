using System.Text.Json;
using Amazon.Runtime;
using Amazon.Runtime.Credentials.Internal;
using Amazon.Runtime.Endpoints;
using Amazon.Runtime.Internal;
using Amazon.Runtime.Internal.Auth;

namespace TaskQueue.Queues.Sqs;

/// <summary>Asks SQS through the AWS SDK, which finds credentials, signs, and tries again.</summary>
internal sealed class SqsClient(SqsConfig config) : AmazonServiceClient(config)
{
    private static readonly InvokeOptions Protocol =
        new() { RequestMarshaller = new SqsMarshaller(), ResponseUnmarshaller = new SqsUnmarshaller() };

    protected override IServiceMetadata ServiceMetadata { get; } = new Metadata();

    /// <summary>Where requests go.</summary>
    public Uri Endpoint { get; } = new(config.ServiceURL);

    /// <summary>What they are signed for.</summary>
    public string Region { get; } = config.AuthenticationRegion;

    /// <summary>Whether this is SQS itself: other services count exactly, and at once.</summary>
    public bool IsAmazon => Endpoint.Host.EndsWith(".amazonaws.com", StringComparison.Ordinal)
        || Endpoint.Host.EndsWith(".amazonaws.com.cn", StringComparison.Ordinal);

    /// <param name="action">As the API reference calls it.</param>
    /// <param name="request">Becomes the request's JSON.</param>
    /// <param name="location">The queue, for people.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="Contracts.TaskQueueException">The service refuses (77, 78) or does not answer (69).</exception>
    public async Task<TAnswer> CallAsync<TAnswer>(
        string action, object request, string location, CancellationToken cancellationToken = default)
    {
        try
        {
            var answer = await InvokeAsync<SqsAnswer>(Write(action, request), Protocol, cancellationToken);
            return answer.Read<TAnswer>();
        }
        catch (Exception e) when (SqsErrors.Covers(e, cancellationToken))
        {
            throw SqsErrors.Explain(e, action, location);
        }
    }

    /// <summary>Asks on the caller's thread, for a client whose connections do so.</summary>
    /// <inheritdoc cref="CallAsync"/>
    public TAnswer Call<TAnswer>(string action, object request, string location)
    {
        try
        {
            return Invoke<SqsAnswer>(Write(action, request), Protocol).Read<TAnswer>();
        }
        catch (Exception e) when (SqsErrors.Covers(e, CancellationToken.None))
        {
            throw SqsErrors.Explain(e, action, location);
        }
    }

    /// <summary>Endpoint and signature are the same for all requests: no rules of the service have to be asked.</summary>
    protected override void CustomizeRuntimePipeline(RuntimePipeline pipeline)
    {
        pipeline.RemoveHandler<EndpointResolver>();
        pipeline.AddHandlerAfter<Marshaller>(new OneEndpoint());
        pipeline.AddHandlerAfter<OneEndpoint>(new OneSignature());
    }

    private static SqsRequest Write(string action, object request) =>
        new(action, JsonSerializer.SerializeToUtf8Bytes(request, SqsWire.Options));

    private sealed class Metadata : IServiceMetadata
    {
        public string ServiceId => "SQS";

        public IDictionary<string, string> OperationNameMapping { get; } = new Dictionary<string, string>();
    }

    private sealed class OneEndpoint : BaseEndpointResolver
    {
        protected override EndpointParameters MapEndpointsParameters(IRequestContext requestContext) => new();
    }

    private sealed class OneSignature : BaseAuthResolverHandler
    {
        protected override List<IAuthSchemeOption> ResolveAuthOptions(IExecutionContext executionContext) =>
            AuthSchemeOption.DEFAULT_SIGV4;
    }
}
