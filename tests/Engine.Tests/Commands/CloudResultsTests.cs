using TaskQueue.Records;
using TaskQueue.Storage.Buckets;
using TaskQueue.Tests.Records;
using TaskQueue.Tests.Servers;
using TaskQueue.Tests.Storage.Gcs;
using TaskQueue.Tests.Storage.S3;

namespace TaskQueue.Tests.Commands;

/// <summary><c>results --download</c> and <c>result_url</c> of outputs in a bucket.</summary>
public sealed class CloudResultsTests(Emulators emulators) : IDisposable
{
    private readonly CommandProject _project = new();
    private readonly string _bucket = $"bucket-{Guid.NewGuid():n}";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _project.Dispose();

    [Theory]
    [InlineData("s3")]
    [InlineData("gs")]
    public async Task Objects_are_copied_once_and_missing_ones_are_named(string kind)
    {
        await using var proxy = await StartAsync(kind);
        await WriteAsync(Open(kind, proxy.Url), "\"tiles/a.tif\"", $"\"{kind}://{_bucket}/out/b c\"", "\"gone.tif\"");
        Configure(kind, proxy.Url);

        var first = await RunAsync("$P results --download files");
        var again = await RunAsync("$P results --download files");

        Assert.Equal((75, 75), (first.Code, again.Code));
        Assert.EndsWith(
            $"Copied 2 objects to files\n1 object that results name is not in {kind}://{_bucket}/out:\n  'gone.tif' of row 2\n", first.Error, StringComparison.Ordinal);
        Assert.Contains("Copied 0 objects to files; 2 were there already\n", again.Error, StringComparison.Ordinal);
        Assert.Equal("A", await File.ReadAllTextAsync(_project["files/tiles/a.tif"], Stop));
        Assert.Equal("B", await File.ReadAllTextAsync(_project["files/b c"], Stop));
    }

    [Fact]
    public async Task A_result_url_opens_its_object_without_credentials()
    {
        await using var proxy = await StartAsync("s3");
        await WriteAsync(Open("s3", proxy.Url), "\"tiles/a.tif\"");
        Configure("s3", proxy.Url);

        var run = await RunAsync("$P results --columns result_url --url-hours 168 --output r.csv && tail -1 r.csv");

        Assert.Equal((0, ""), (run.Code, run.Code == 0 ? "" : run.Error));
        using var browser = new HttpClient();
        var url = new Uri(run.Output.Trim().Trim('"'));
        Assert.Equal("A", await browser.GetStringAsync(url, Stop));
        Assert.Contains(url.Query.Split('&', '?'), part => part is "X-Amz-Expires=604799" or "X-Amz-Expires=604800");
        Assert.Equal(64, (await RunAsync("$P results --columns result_url --url-hours 169")).Code);
    }

    private static async Task WriteAsync(BucketStore store, params string[] results)
    {
        await store.WriteAsync("tiles/a.tif", "A"u8.ToArray(), Stop);
        await store.WriteAsync("b c", "B"u8.ToArray(), Stop);
        foreach (var (row, result) in results.Index())
            await new RecordStore(store).WriteDoneAsync(TestRecords.Done($"{row}", "{}", result) with { Row = row });
    }

    private async Task<Proxy> StartAsync(string kind) => kind == "s3"
        ? await S3Proxy.StartAsync(await emulators.FauxqsAsync(), _bucket)
        : await GcsProxy.StartAsync(await emulators.FirebaseStorageAsync(), _bucket);

    private BucketStore Open(string kind, string url) =>
        kind == "s3" ? S3StoreTests.Open(url, _bucket, "out") : GcsStoreTests.Open(url, _bucket, "out");

    private void Configure(string kind, string url) => _project.WriteSettings(
        $"CF_CLOUDPATH={kind}://{_bucket}/out\n" + (kind == "s3"
            ? $"AWS_ENDPOINT_URL_S3={url}\nAWS_ACCESS_KEY_ID=key\nAWS_SECRET_ACCESS_KEY=secret\n"
            : $"STORAGE_EMULATOR_HOST={url}\n"));

    private Task<(int Code, string Output, string Error)> RunAsync(string script) => BuiltProgram.ShellAsync(_project.Root, script);
}
