using TaskQueue.Storage;
using TaskQueue.Storage.Buckets;
using TaskQueue.Storage.Gcs;
using TaskQueue.Tests.Servers;

namespace TaskQueue.Tests.Storage.Gcs;

public sealed class GcsStoreTests(Emulators emulators) : ObjectStoreConformance, IAsyncLifetime
{
    private readonly string bucket = $"bucket-{Guid.NewGuid():n}";
    private Proxy? proxy;
    private BucketStore? store;

    protected override IObjectStore Store => store!;

    public async ValueTask InitializeAsync()
    {
        proxy = await GcsProxy.StartAsync(await emulators.FirebaseStorageAsync(), bucket);
        store = Open(proxy.Url, bucket, "some/prefix");
    }

    public async ValueTask DisposeAsync() => await proxy!.DisposeAsync();

    internal static BucketStore Open(string endpoint, string bucket, string prefix) =>
        new(new GcsBucket(new GcsClient(endpoint, token: null), bucket), prefix);
}
