using System.Security.Cryptography;
using Amazon.Runtime;
using Microsoft.AspNetCore.Http;
using TaskQueue.Storage;
using TaskQueue.Storage.Buckets;
using TaskQueue.Storage.S3;
using TaskQueue.Tests.Servers;
using TaskQueue.Tests.Storage.Buckets;

namespace TaskQueue.Tests.Storage.S3;

public sealed class S3FaultTests(Emulators emulators) : BucketFaultTests
{
    public override async ValueTask InitializeAsync()
    {
        Proxy = await S3Proxy.StartAsync(await emulators.FauxqsAsync(), Bucket);
        Store = S3StoreTests.Open(Proxy.Url, Bucket, "prefix");
    }

    private protected override Task ErrorAsync(HttpContext http, int status, string code) => S3Proxy.ErrorAsync(http, status, code);

    private protected override Task MissingBucketAsync(HttpContext http) => S3Proxy.ErrorAsync(http, 404, "NoSuchBucket");

    private protected override Task DamagedAsync(HttpContext http, byte[] bytes, byte[] trueBytes)
    {
        http.Response.ContentLength = bytes.Length;
        http.Response.Headers["x-amz-checksum-sha256"] = Convert.ToBase64String(SHA256.HashData(trueBytes));
        return http.Response.Body.WriteAsync(bytes).AsTask();
    }

    private protected override string WriterRole => "write-large-to-s3";

    private protected override bool HasParts(HttpContext http) => http.Request.Query.ContainsKey("partNumber");

    private protected override IObjectStore OpenWithSecret(string secret) => new BucketStore(
        new S3Bucket(S3Clients.Create(Proxy.Url, new SessionAWSCredentials("key", "secret", secret)), Bucket), "prefix");
}
