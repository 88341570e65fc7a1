using Amazon.Runtime;
using TaskQueue.Storage;
using TaskQueue.Storage.Buckets;
using TaskQueue.Storage.S3;
using TaskQueue.Tests.Servers;

namespace TaskQueue.Tests.Storage.S3;

public sealed class S3StoreTests(Emulators emulators) : ObjectStoreConformance, IAsyncLifetime
{
    private readonly string _bucket = $"bucket-{Guid.NewGuid():n}";
    private Proxy? _proxy;
    private BucketStore? _store;

    protected override IObjectStore Store => _store!;

    public async ValueTask InitializeAsync()
    {
        _proxy = await S3Proxy.StartAsync(await emulators.FauxqsAsync(), _bucket);
        _store = Open(_proxy.Url, _bucket, "some/prefix");
    }

    public async ValueTask DisposeAsync() => await _proxy!.DisposeAsync();

    [Fact]
    public async Task A_prefix_keeps_its_objects_apart_from_those_of_others()
    {
        await Open(_proxy!.Url, _bucket, "").WriteAsync("some/prefix-not", Bytes("x"), Stop);
        await Store.WriteAsync("a", Bytes("x"), Stop);
        Assert.Equal(["a"], await NamesAsync());
        Assert.Equal(
            new HashSet<string> { "some/prefix-not", "some/prefix/a" },
            await Open(_proxy.Url, _bucket, "").ListAsync("", Stop).ToHashSetAsync(cancellationToken: Stop));
    }

    [Fact]
    public async Task A_signed_url_opens_an_object_without_credentials()
    {
        await Store.WriteAsync("a/b c.txt", Bytes("hello"), Stop);
        using var browser = new HttpClient();
        var url = Store.GetUrl("a/b c.txt", TimeSpan.FromMinutes(1))!;
        Assert.Equal("hello", await browser.GetStringAsync(url, Stop));
        Assert.Contains("X-Amz-Signature=", url.Query, StringComparison.Ordinal);
        Assert.Contains("X-Amz-Expires=", url.Query, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_console_writes_to_show_a_folder_is_passed_over()
    {
        (await _proxy!.AskAsync(HttpMethod.Put, $"/{_bucket}/some/prefix/folder/", [0])).EnsureSuccessStatusCode();
        await Store.WriteAsync("folder/a", Bytes("x"), Stop);
        Assert.Equal(["folder/a"], await NamesAsync());
    }

    internal static BucketStore Open(string endpoint, string _bucket, string prefix) =>
        new(new S3Bucket(S3Clients.Create(endpoint, new BasicAWSCredentials("key", "secret")), _bucket), prefix);
}
