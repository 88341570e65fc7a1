using Amazon.Runtime;
using Amazon.Runtime.Internal;
using Amazon.SQS;
using Amazon.SQS.Model;
using Amazon.SQS.Model.Internal.MarshallTransformations;

namespace TaskQueue.Queues.Sqs;

/// <summary>The AWS SDK's client of SQS: every request has an end, and what goes wrong is said in words for people.</summary>
/// <param name="config">How requests are made.</param>
/// <param name="longest">The longest that one request may take, with its repeats.</param>
/// <param name="location">The queue, for people.</param>
internal sealed class SqsClient(AmazonSQSConfig config, TimeSpan longest, string location) : AmazonSQSClient(config)
{
    private static readonly string[] AmazonHosts = [".amazonaws.com", ".amazonaws.com.cn", ".api.aws"];

    private static readonly InvokeOptions VisibilityBatch = new()
    {
        RequestMarshaller = ChangeMessageVisibilityBatchRequestMarshaller.Instance,
        ResponseUnmarshaller = ChangeMessageVisibilityBatchResponseUnmarshaller.Instance,
    };

    public string Location => location;

    /// <summary>Whether this is SQS itself: other services count exactly, and at once.</summary>
    public bool IsAmazon => Config.ServiceURL is not { } url
        || AmazonHosts.Any(host => new Uri(url).Host.EndsWith(host, StringComparison.Ordinal));

    /// <summary>Asks on the caller's thread: tasks that block the threads of the pool do not keep the answer away.</summary>
    public ChangeMessageVisibilityBatchResponse ChangeMessageVisibilityBatch(ChangeMessageVisibilityBatchRequest request) =>
        Invoke<ChangeMessageVisibilityBatchResponse>(request, VisibilityBatch);

    protected override void CustomizeRuntimePipeline(RuntimePipeline pipeline)
    {
        base.CustomizeRuntimePipeline(pipeline);
        pipeline.AddHandler(new Caller(longest, location));
    }

    /// <summary>The outermost handler of the SDK's pipeline: its exceptions are those that callers see.</summary>
    /// <remarks>The SDK's own time limit ends when an answer begins; one that breaks off would be awaited without end.</remarks>
    private sealed class Caller(TimeSpan longest, string location) : PipelineHandler
    {
        public override void InvokeSync(IExecutionContext executionContext)
        {
            using var limit = new Timer(_ => executionContext.ResponseContext.HttpResponse?.ResponseBody.Dispose());
            limit.Change(longest, Timeout.InfiniteTimeSpan);
            try
            {
                base.InvokeSync(executionContext);
                RefuseRedirect(executionContext);
            }
            catch (Exception e)
            {
                throw SqsErrors.Explain(e, ActionOf(executionContext), location);
            }
        }

        public override async Task<T> InvokeAsync<T>(IExecutionContext executionContext)
        {
            var request = (RequestContext)executionContext.RequestContext;
            var asked = request.CancellationToken;
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(asked);
            limit.CancelAfter(longest);
            request.CancellationToken = limit.Token;
            try
            {
                var answer = await base.InvokeAsync<T>(executionContext);
                RefuseRedirect(executionContext);
                return answer;
            }
            catch (Exception e) when (e is not OperationCanceledException || !asked.IsCancellationRequested)
            {
                throw SqsErrors.Explain(e, ActionOf(executionContext), location);
            }
        }

        /// <summary>The SDK follows none, as it was told, but takes one for an answer.</summary>
        private static void RefuseRedirect(IExecutionContext executionContext)
        {
            if (executionContext.ResponseContext.HttpResponse is { IsSuccessStatusCode: false, StatusCode: var status })
                throw new AmazonServiceException("A redirect is not followed.") { StatusCode = status, ErrorCode = status.ToString() };
        }

        private static string ActionOf(IExecutionContext executionContext) =>
            executionContext.RequestContext.RequestName.Replace("Request", "", StringComparison.Ordinal);
    }
}
