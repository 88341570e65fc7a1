using Google.Apis.Http;
using Google.Cloud.Storage.V1;
using TaskQueue.Storage.Streams;

namespace TaskQueue.Storage.Gcs;

/// <summary>Makes clients of Google Cloud Storage, or of another service that speaks like it.</summary>
internal static class GcsClients
{
    private const int MaxTries = 7;

    /// <summary>Long enough for a part of a large object on a slow line: 8 MiB at 28 KiB/s.</summary>
    private static readonly TimeSpan LongestTry = TimeSpan.FromMinutes(5);

    /// <param name="endpoint">Such as https://storage.googleapis.com, without a slash at its end.</param>
    /// <param name="token">Gives an access token that is valid now; null for an emulator, which wants none.</param>
    public static StorageClient Create(string endpoint, Func<CancellationToken, Task<string>>? token)
    {
        var client = new StorageClientBuilder
        {
            BaseUri = $"{endpoint}/storage/v1/",
            // The token is asked for with every try, so that this is tried again as well.
            UnauthenticatedAccess = true,
            HttpClientFactory = new Factory(new HttpRetries(new GcsGate(new Uri(endpoint), token), MaxTries, LongestTry)),
        }.Build();
        var http = client.Service.HttpClient;
        http.Timeout = Timeout.InfiniteTimeSpan;
        http.MessageHandler.NumTries = 1;
        http.MessageHandler.FollowRedirect = false;
        return client;
    }

    private sealed class Factory(HttpMessageHandler handler) : HttpClientFactory
    {
        protected override HttpMessageHandler CreateHandler(CreateHttpClientArgs args) => handler;
    }
}
