using Amazon.Runtime;
using TaskQueue.Storage;
using TaskQueue.Storage.Buckets;
using TaskQueue.Storage.S3;
using TaskQueue.Tests.Servers;

namespace TaskQueue.Tests.Storage.S3;

public sealed class S3StoreTests(Emulators emulators) : ObjectStoreConformance, IAsyncLifetime
{
    private readonly string bucket = $"bucket-{Guid.NewGuid():n}";
    private Proxy? proxy;
    private BucketStore? store;

    protected override IObjectStore Store => store!;

    public async ValueTask InitializeAsync()
    {
        proxy = await S3Proxy.StartAsync(await emulators.FauxqsAsync(), bucket);
        store = Open(proxy.Url, bucket, "some/prefix");
    }

    public async ValueTask DisposeAsync() => await proxy!.DisposeAsync();

    [Fact]
    public async Task A_prefix_keeps_its_objects_apart_from_those_of_others()
    {
        await Open(proxy!.Url, bucket, "").WriteAsync("some/prefix-not", Bytes("x"), Stop);
        await Store.WriteAsync("a", Bytes("x"), Stop);
        Assert.Equal(["a"], await NamesAsync());
        Assert.Equal(
            new HashSet<string> { "some/prefix-not", "some/prefix/a" },
            await Open(proxy.Url, bucket, "").ListAsync("", Stop).ToHashSetAsync(cancellationToken: Stop));
    }

    internal static BucketStore Open(string endpoint, string bucket, string prefix) =>
        new(new S3Bucket(S3Clients.Create(endpoint, new BasicAWSCredentials("key", "secret")), bucket), prefix);
}
