using Microsoft.AspNetCore.Http;
using TaskQueue.Storage;
using TaskQueue.Storage.Buckets;
using TaskQueue.Storage.Gcs;
using TaskQueue.Tests.Servers;
using TaskQueue.Tests.Storage.Buckets;

namespace TaskQueue.Tests.Storage.Gcs;

public sealed class GcsFaultTests(Emulators emulators) : BucketFaultTests
{
    private readonly string _bucket = $"bucket-{Guid.NewGuid():n}";

    public override async ValueTask InitializeAsync()
    {
        Proxy = await GcsProxy.StartAsync(await emulators.FirebaseStorageAsync(), _bucket);
        Store = GcsStoreTests.Open(Proxy.Url, _bucket, "prefix");
    }

    private protected override Task ErrorAsync(HttpContext http, int status, string code) => GcsProxy.ErrorAsync(http, status, code);

    private protected override Task MissingBucketAsync(HttpContext http) =>
        GcsProxy.ErrorAsync(http, 404, "The specified _bucket does not exist.");

    private protected override Task DamagedAsync(HttpContext http, byte[] bytes, byte[] trueBytes)
    {
        http.Response.ContentLength = bytes.Length;
        http.Response.Headers["x-goog-hash"] = $"crc32c={Crc32C.Of(trueBytes)},md5=irrelevant";
        return http.Response.Body.WriteAsync(bytes).AsTask();
    }

    private protected override bool HasParts(HttpContext http) =>
        http.Request.Method == "PUT" && http.Request.Query["uploadType"] == "resumable";

    private protected override IObjectStore OpenWithSecret(string secret) => new BucketStore(
        new GcsBucket(GcsClients.Create(Proxy.Url, _ => Task.FromResult(secret)), _bucket), "prefix");
}
