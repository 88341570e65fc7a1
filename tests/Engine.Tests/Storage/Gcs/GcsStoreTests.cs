using TaskQueue.Storage;
using TaskQueue.Storage.Buckets;
using TaskQueue.Storage.Gcs;
using TaskQueue.Tests.Servers;

namespace TaskQueue.Tests.Storage.Gcs;

public sealed class GcsStoreTests(Emulators emulators) : ObjectStoreConformance, IAsyncLifetime
{
    private readonly string _bucket = $"bucket-{Guid.NewGuid():n}";
    private Proxy? _proxy;
    private BucketStore? _store;

    protected override IObjectStore Store => _store!;

    public async ValueTask InitializeAsync()
    {
        _proxy = await GcsProxy.StartAsync(await emulators.FirebaseStorageAsync(), _bucket);
        _store = Open(_proxy.Url, _bucket, "some/prefix");
    }

    public async ValueTask DisposeAsync() => await _proxy!.DisposeAsync();

    internal static BucketStore Open(string endpoint, string _bucket, string prefix) =>
        new(new GcsBucket(new GcsClient(endpoint, token: null), _bucket), prefix);
}
