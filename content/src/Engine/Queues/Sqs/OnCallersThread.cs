using Amazon.Runtime;

namespace TaskQueue.Queues.Sqs;

/// <summary>Connections that send and read on the thread that asks: no thread of the pool has to be free for an answer.</summary>
internal sealed class OnCallersThread : HttpClientFactory
{
    public override HttpClient CreateHttpClient(IClientConfig clientConfig)
    {
        var sockets = new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false };
        if (clientConfig.ConnectTimeout is { } limit)
            sockets.ConnectTimeout = limit;
        return new HttpClient(new Blocking(sockets)) { Timeout = clientConfig.Timeout ?? Timeout.InfiniteTimeSpan };
    }

    public override bool UseSDKHttpClientCaching(IClientConfig clientConfig) => false;

    public override bool DisposeHttpClientsAfterUse(IClientConfig clientConfig) => false;

    private sealed class Blocking(HttpMessageHandler sockets) : DelegatingHandler(sockets)
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            try
            {
                var answer = Send(request, cancellationToken);
                answer.Content = ReadToEnd(answer.Content, cancellationToken);
                return Task.FromResult(answer);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                return Task.FromException<HttpResponseMessage>(e);
            }
        }

        /// <summary>The answer is read here: who awaits it then has it at once.</summary>
        private static ByteArrayContent ReadToEnd(HttpContent content, CancellationToken cancellationToken)
        {
            using var buffer = new MemoryStream();
            content.CopyTo(buffer, context: null, cancellationToken);
            var read = new ByteArrayContent(buffer.ToArray());
            foreach (var (name, values) in content.Headers)
                read.Headers.TryAddWithoutValidation(name, values);
            return read;
        }
    }
}
