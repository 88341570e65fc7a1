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

    [Fact]
    public void A_url_is_one_for_people_who_are_logged_in_to_google() => Assert.Equal(
        $"https://storage.cloud.google.com/{_bucket}/some/prefix/a/b%20c.txt",
        Store.GetUrl("a/b c.txt", TimeSpan.FromMinutes(1))!.AbsoluteUri);

    [Fact]
    public async Task What_a_console_writes_to_show_a_folder_is_passed_over()
    {
        (await _proxy!.AskAsync(HttpMethod.Post, $"/upload/storage/v1/b/{_bucket}/o?uploadType=media&name=some/prefix/folder/", [])).EnsureSuccessStatusCode();
        await Store.WriteAsync("folder/a", Bytes("x"), Stop);
        Assert.Equal(["folder/a"], await NamesAsync());
    }

    internal static BucketStore Open(string endpoint, string _bucket, string prefix) =>
        new(new GcsBucket(GcsClients.Create(endpoint, token: null), _bucket), prefix);
}
