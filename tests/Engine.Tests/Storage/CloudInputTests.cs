using TaskQueue.Tests.Children;
using TaskQueue.Tests.Servers;
using TaskQueue.Tests.Storage.Gcs;
using TaskQueue.Tests.Storage.S3;

namespace TaskQueue.Tests.Storage;

/// <summary>Inputs by their s3 and gs URLs, with the endpoints that the environment names, as in a worker.</summary>
public sealed class CloudInputTests(Emulators emulators)
{
    private readonly string _bucket = $"bucket-{Guid.NewGuid():n}";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Inputs_of_several_buckets_are_downloaded_at_once()
    {
        Need.That(!OperatingSystem.IsWindows(), "This test needs env.");
        await using var s3 = await S3Proxy.StartAsync(await emulators.FauxqsAsync(), _bucket);
        await using var gs = await GcsProxy.StartAsync(await emulators.FirebaseStorageAsync(), _bucket);
        await S3StoreTests.Open(s3.Url, _bucket, "").WriteAsync("scenes/a b.txt", "of s3"u8.ToArray(), Stop);
        await GcsStoreTests.Open(gs.Url, _bucket, "").WriteAsync("scenes/a b.txt", "of gs"u8.ToArray(), Stop);

        using var child = Child.StartThrough(
            [
                "env", $"AWS_ENDPOINT_URL_S3={s3.Url}", "AWS_ACCESS_KEY_ID=key", "AWS_SECRET_ACCESS_KEY=secret",
                $"STORAGE_EMULATOR_HOST={new Uri(gs.Url).Authority}",
            ],
            "copy-inputs", $"s3://{_bucket}/scenes/a b.txt", $"gs://{_bucket}/scenes/a b.txt", $"s3://{_bucket}/none", $"gs://{_bucket}/none");
        var output = await child.Output.ReadToEndAsync(Stop);

        Assert.Equal((0, ""), await child.WaitAsync(Stop));
        Assert.Equal("of s3\nof gs\nmissing\nmissing\n", output);
    }

    [Fact]
    public async Task An_emulator_that_is_no_host_is_a_matter_of_configuration()
    {
        Need.That(!OperatingSystem.IsWindows(), "This test needs env.");
        using var child = Child.StartThrough(["env", "STORAGE_EMULATOR_HOST=no host"], "copy-inputs", "gs://bucket/scene");
        var (code, error) = await child.WaitAsync(Stop);
        Assert.Equal((78, "STORAGE_EMULATOR_HOST is 'no host', which is no host."), (code, error.Split('\n')[0]));
    }

    [Fact]
    public async Task An_input_without_a_bucket_is_refused()
    {
        using var child = Child.Start("copy-inputs", "s3:///scenes");
        var (code, error) = await child.WaitAsync(Stop);
        Assert.Equal((65, "The input 's3:///scenes' cannot be opened."), (code, error.Split('\n')[0]));
    }
}
