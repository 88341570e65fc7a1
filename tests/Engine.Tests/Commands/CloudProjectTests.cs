using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;
using TaskQueue.Records;
using TaskQueue.Storage.Buckets;
using TaskQueue.Tests.Servers;
using TaskQueue.Tests.Storage.Gcs;
using TaskQueue.Tests.Storage.S3;

namespace TaskQueue.Tests.Commands;

/// <summary>The same project with its outputs in a bucket: config/task.env differs, and nothing else.</summary>
public sealed class CloudProjectTests(Emulators emulators) : IDisposable
{
    private const int MostRequestsOfARefusal = 3;

    private readonly CommandProject _project = new();
    private readonly string _bucket = $"bucket-{Guid.NewGuid():n}";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _project.Dispose();

    /// <summary>On S3, <see cref="SqsProjectTests"/> does the same.</summary>
    [Fact]
    public async Task A_table_is_inserted_run_and_listed_in_a_bucket_of_Google()
    {
        await using var proxy = await StartAsync("gs");
        Configure("gs", proxy.Url, "TASK_PARAMETER_FILENAME=tasks");

        var first = await RunAsync("$P check --create && $P insert-tasks && $P worker --exit-when-empty && $P status && $P results --output r.csv && wc -l <r.csv");

        Assert.Equal((0, ""), (first.Code, first.Code == 0 ? "" : first.Error));
        Assert.Contains("Queued 12 of 12 rows", first.Output);
        Assert.EndsWith("11", first.Output.TrimEnd());

        var again = await RunAsync("$P failed && $P purge --yes && $P insert-tasks --dry-run");
        Assert.Contains("10 are done", again.Output + again.Error);
        Assert.Contains("2 tasks failed.", again.Output);

        Assert.Equal(10, await new RecordStore(Open("gs", proxy.Url)).ReadDoneAsync("echo", cancellationToken: Stop).CountAsync(Stop));
        Assert.False(Directory.Exists(_project["output"]));
    }

    [Theory]
    [InlineData("s3")]
    [InlineData("gs")]
    public async Task The_table_may_be_in_the_bucket_too(string kind)
    {
        await using var proxy = await StartAsync(kind);
        await Open(kind, proxy.Url).WriteAsync("tables/tasks.feather", await File.ReadAllBytesAsync(_project["tasks.feather"], Stop), Stop);
        File.Delete(_project["tasks.feather"]);
        Configure(kind, proxy.Url, $"TASK_PARAMETER_FILENAME={kind}://{_bucket}/out/tables/tasks");

        var run = await RunAsync($"$P insert-tasks && $P table {kind}://{_bucket}/out/tables/tasks && $P insert-tasks --table {kind}://{_bucket}/nowhere");

        Assert.Equal(65, run.Code);
        Assert.Contains("Queued 12 of 12 rows of tasks.feather", run.Output);
        var runs = await new RecordStore(Open(kind, proxy.Url)).Runs.ReadAsync(Stop).ToListAsync(Stop);
        Assert.Equal($"{kind}://{_bucket}/out/tables/tasks.feather", Assert.Single(runs).Table);
        Assert.Equal("error: There is no such parameter table.", run.Error.Split('\n').First(line => line.StartsWith("error", StringComparison.Ordinal)));
        Assert.Contains($"{kind}://{_bucket}/nowhere.feather", run.Error);
    }

    [Theory]
    [InlineData("s3", 403, "AccessDenied", 77)]
    [InlineData("s3", 404, "NoSuchBucket", 78)]
    [InlineData("gs", 403, "does not have storage.objects.list access", 77)]
    [InlineData("gs", 404, "The specified bucket does not exist.", 78)]
    public async Task A_bucket_that_refuses_stops_insert_worker_and_check_at_once(string kind, int status, string reason, int code)
    {
        await using var proxy = await StartAsync(kind);
        var requests = 0;
        proxy.Handle = (http, _) =>
        {
            Interlocked.Increment(ref requests);
            return kind == "s3" ? S3Proxy.ErrorAsync(http, status, reason) : GcsProxy.ErrorAsync(http, status, reason);
        };
        Configure(kind, proxy.Url, "");
        foreach (var verb in (string[])["insert-tasks", "worker --exit-when-empty", "check"])
        {
            requests = 0;
            var run = await RunAsync($"$P {verb}");
            Assert.Equal((verb, code), (verb, run.Code));
            Assert.DoesNotContain("   at ", run.Error, StringComparison.Ordinal);
            // A refusal is not tried again.
            Assert.InRange(requests, 1, MostRequestsOfARefusal);
        }

        Assert.Contains("queued   0", (await RunAsync("CF_CLOUDPATH=elsewhere $P status")).Output);
    }

    [Fact]
    public async Task A_pod_without_keys_gets_credentials_for_its_token()
    {
        await using var proxy = await StartAsync("s3");
        var asked = "";
        await using var sts = await TestServer.StartAsync(async http =>
        {
            asked = await new StreamReader(http.Request.Body).ReadToEndAsync();
            http.Response.ContentType = "text/xml";
            await http.Response.WriteAsync(
                """
                <AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleWithWebIdentityResult>
                <Credentials><AccessKeyId>key</AccessKeyId><SecretAccessKey>secret</SecretAccessKey><SessionToken>session-of-the-pod</SessionToken>
                <Expiration>2099-01-01T00:00:00Z</Expiration></Credentials>
                </AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>
                """);
        });
        var tokens = new ConcurrentBag<string>();
        var usual = proxy.Handle;
        proxy.Handle = (http, next) =>
        {
            tokens.Add(http.Request.Headers["x-amz-security-token"].ToString());
            return usual(http, next);
        };
        await File.WriteAllTextAsync(_project["token"], "token-of-the-pod", Stop);
        _project.WriteSettings(
            $"""
            CF_CLOUDPATH=s3://{_bucket}/out
            AWS_REGION=us-east-1
            AWS_ENDPOINT_URL_S3={proxy.Url}
            AWS_ENDPOINT_URL_STS={sts.Url}
            AWS_ROLE_ARN=arn:aws:iam::123456789012:role/tasks
            AWS_WEB_IDENTITY_TOKEN_FILE={_project["token"]}

            """);

        var run = await RunAsync("$P check --create");

        Assert.Equal((0, ""), (run.Code, run.Code == 0 ? "" : run.Error));
        Assert.Contains("token-of-the-pod", asked, StringComparison.Ordinal);
        Assert.Equal("session-of-the-pod", Assert.Single(tokens.Distinct()));
    }

    private async Task<Proxy> StartAsync(string kind) => kind == "s3"
        ? await S3Proxy.StartAsync(await emulators.FauxqsAsync(), _bucket)
        : await GcsProxy.StartAsync(await emulators.FirebaseStorageAsync(), _bucket);

    private BucketStore Open(string kind, string url) =>
        kind == "s3" ? S3StoreTests.Open(url, _bucket, "out") : GcsStoreTests.Open(url, _bucket, "out");

    private void Configure(string kind, string url, string more)
    {
        var endpoint = kind == "s3"
            ? $"AWS_ENDPOINT_URL_S3={url}\nAWS_ACCESS_KEY_ID=key\nAWS_SECRET_ACCESS_KEY=secret\n"
            : $"STORAGE_EMULATOR_HOST={url}\n";
        _project.WriteSettings($"CF_CLOUDPATH={kind}://{_bucket}/out\nTQ_MAX_ATTEMPTS=1\n{endpoint}{more}\n");
    }

    private Task<(int Code, string Output, string Error)> RunAsync(string script) => BuiltProgram.ShellAsync(_project.Root, script);
}
