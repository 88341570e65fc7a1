using TaskQueue.Contracts;
using TaskQueue.Storage.Inputs;
using TaskQueue.Tests.Servers;
using TaskQueue.Tests.Storage.Gcs;
using TaskQueue.Tests.Storage.S3;

namespace TaskQueue.Tests.Storage;

/// <summary>Inputs by their s3 and gs URLs. The endpoints are those of the environment, as in a worker.</summary>
public sealed class CloudInputTests(Emulators emulators)
{
    private readonly string _bucket = $"bucket-{Guid.NewGuid():n}";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Inputs_of_several_buckets_are_opened_and_downloaded_at_once()
    {
        await using var s3 = await S3Proxy.StartAsync(await emulators.FauxqsAsync(), _bucket);
        await using var gs = await GcsProxy.StartAsync(await emulators.FirebaseStorageAsync(), _bucket);
        await S3StoreTests.Open(s3.Url, _bucket, "").WriteAsync("scenes/a b.txt", "of s3"u8.ToArray(), Stop);
        await GcsStoreTests.Open(gs.Url, _bucket, "").WriteAsync("scenes/a b.txt", "of gs"u8.ToArray(), Stop);
        Environment.SetEnvironmentVariable("AWS_ENDPOINT_URL_S3", s3.Url);
        Environment.SetEnvironmentVariable("AWS_ACCESS_KEY_ID", "key");
        Environment.SetEnvironmentVariable("AWS_SECRET_ACCESS_KEY", "secret");
        Environment.SetEnvironmentVariable("STORAGE_EMULATOR_HOST", gs.Url);
        using var sources = new InputSources("/project");
        using var inputs = sources.ForTask();

        var paths = await Task.WhenAll(
            inputs.DownloadAsync($"s3://{_bucket}/scenes/a b.txt", Stop), inputs.DownloadAsync($"gs://{_bucket}/scenes/a b.txt", Stop));

        Assert.Equal("of s3", await File.ReadAllTextAsync(paths[0], Stop));
        Assert.Equal("of gs", await File.ReadAllTextAsync(paths[1], Stop));
        using var reader = new StreamReader(await inputs.OpenAsync($"gs://{_bucket}/scenes/a b.txt", Stop));
        Assert.Equal("of gs", await reader.ReadToEndAsync(Stop));
        await Assert.ThrowsAsync<FileNotFoundException>(() => inputs.OpenAsync($"s3://{_bucket}/missing", Stop));
        await Assert.ThrowsAsync<FileNotFoundException>(() => inputs.DownloadAsync($"gs://{_bucket}/missing", Stop));
        var error = await Assert.ThrowsAsync<TaskQueueException>(() => inputs.OpenAsync("s3:///scenes", Stop));
        Assert.Equal(ExitCode.BadInput, error.ExitCode);
    }
}
