using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using TaskQueue.Records.Journals;
using TaskQueue.Storage;
using TaskQueue.Tests.Servers;
using TaskQueue.Tests.Storage.S3;

namespace TaskQueue.Tests.Worker;

/// <summary>A moment in a worker's dealings with its bucket.</summary>
public enum BucketMoment
{
    /// <summary>Half of a group has arrived, and nothing is written.</summary>
    GroupHalfSent,

    /// <summary>A group is written, and its worker does not know.</summary>
    GroupUnanswered,

    /// <summary>Half of a merged object has arrived; its parts are there.</summary>
    MergeHalfSent,

    /// <summary>A merged object is written, and so are its parts.</summary>
    MergeUnanswered,

    /// <summary>A merged object is written, and some of its parts are deleted.</summary>
    PartlyDeleted,
}

/// <summary>A bucket of S3 that ends a worker at a moment of its requests. Later workers are served as usual.</summary>
internal sealed partial class DeadlyBucket : IAsyncDisposable
{
    /// <summary>There is something before it that must not get lost.</summary>
    private const int DeadlyGroup = 3;

    private const int DeadlyDelete = 3;

    private readonly Proxy _proxy;
    private readonly string _name;
    private readonly BucketMoment _moment;

    /// <summary>The first ids of objects: a merged object begins as one of its parts does.</summary>
    private readonly ConcurrentDictionary<string, string> _firstIds = new();
    private readonly TaskCompletionSource<WorkerProcess> _victim = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _deletes;
    private int _deaths;

    private DeadlyBucket(Proxy proxy, string name, BucketMoment moment)
    {
        (_proxy, _name, _moment) = (proxy, name, moment);
        var usual = proxy.Handle;
        proxy.Handle = (http, next) => HandleAsync(http, request => usual(request, next));
    }

    /// <summary>Lines of task.env.</summary>
    public IReadOnlyList<string> Settings =>
        [$"CF_CLOUDPATH=s3://{_name}/out", $"AWS_ENDPOINT_URL_S3={_proxy.Url}", "AWS_ACCESS_KEY_ID=key", "AWS_SECRET_ACCESS_KEY=secret"];

    public IObjectStore Store => S3StoreTests.Open(_proxy.Url, _name, "out");

    public static async Task<DeadlyBucket> StartAsync(string emulator, BucketMoment moment)
    {
        var name = $"bucket-{Guid.NewGuid():n}";
        return new DeadlyBucket(await S3Proxy.StartAsync(emulator, name), name, moment);
    }

    public void Kill(WorkerProcess victim) => _victim.SetResult(victim);

    public ValueTask DisposeAsync() => _proxy.DisposeAsync();

    [GeneratedRegex("""\{"id":"(?<id>[^"]+)""")]
    private static partial Regex Id { get; }

    private async Task HandleAsync(HttpContext http, RequestDelegate usual)
    {
        if (await MomentOfAsync(http) != _moment || Interlocked.Increment(ref _deaths) > 1)
        {
            await usual(http);
            return;
        }
        switch (_moment)
        {
            case BucketMoment.GroupHalfSent or BucketMoment.MergeHalfSent:
                await _proxy.CutAsync(http);
                break;
            case BucketMoment.GroupUnanswered or BucketMoment.MergeUnanswered:
                http.Response.Body = new MemoryStream();
                await usual(http);
                break;
        }
        await (await _victim.Task).KillAsync();
        http.Abort();
    }

    private async Task<BucketMoment?> MomentOfAsync(HttpContext http)
    {
        if (!http.Request.Path.Value!.EndsWith(JournalNames.Ending, StringComparison.Ordinal))
            return null;
        if (HttpMethods.IsDelete(http.Request.Method))
            return Interlocked.Increment(ref _deletes) == DeadlyDelete ? BucketMoment.PartlyDeleted : null;
        if (!HttpMethods.IsPut(http.Request.Method))
            return null;

        var body = await new StreamReader(http.Request.Body).ReadToEndAsync();
        http.Request.Body.Position = 0;
        var isHalfSent = _moment is BucketMoment.GroupHalfSent or BucketMoment.MergeHalfSent;
        var name = http.Request.Path.Value!;
        if (_firstIds.GetOrAdd(Id.Match(body).Groups["id"].Value, name) != name)
            return isHalfSent ? BucketMoment.MergeHalfSent : BucketMoment.MergeUnanswered;
        return _firstIds.Count < DeadlyGroup ? null : isHalfSent ? BucketMoment.GroupHalfSent : BucketMoment.GroupUnanswered;
    }
}
