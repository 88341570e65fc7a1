using System.Text.RegularExpressions;
using TaskQueue.Tests.Servers;

namespace TaskQueue.Tests.Worker;

/// <summary>No process connects to anything but its queue and its store.</summary>
/// <remarks>The ledger program has MassTransit send its usage telemetry, if it is on, without its delay of five minutes.</remarks>
public sealed partial class ConnectionTests(RabbitServer rabbit, Emulators emulators)
{
    [Theory]
    [InlineData("fq")]
    [InlineData("amqp")]
    [InlineData("sqs")]
    public async Task A_worker_connects_to_its_queue_and_nothing_else(string kind)
    {
        Need.That(Need.Runs("strace", "-V"), "strace: apt-get install strace");
        var queue = await QueueOfKind.CreateAsync(kind, rabbit, emulators);
        using var project = new LedgerProject([.. queue.Settings]) { OtherQueue = queue.Open };
        await project.InsertAsync(LedgerRow.Many(3));

        using var worker = new WorkerProcess(project[""], Strace(project), ["--exit-when-empty"]);
        Assert.Equal(0, await worker.WaitAsync());

        Assert.Equal(3, project.Starts().Count());
        AssertConnectedTo(queue.Ports, project);
    }

    [Theory]
    [InlineData("fq", "insert-tasks")]
    [InlineData("fq", "status")]
    [InlineData("amqp", "status")]
    [InlineData("sqs", "status")]
    public async Task A_verb_connects_to_queue_and_store_and_nothing_else(string kind, string verb)
    {
        Need.That(Need.Runs("strace", "-V"), "strace: apt-get install strace");
        var bucket = $"bucket-{Guid.NewGuid():n}";
        await using var store = await S3Proxy.StartAsync(await emulators.FauxqsAsync(), bucket);
        var queue = await QueueOfKind.CreateAsync(kind, rabbit, emulators);
        string[] settings =
        [
            $"CF_CLOUDPATH=s3://{bucket}/out", $"AWS_ENDPOINT_URL_S3={store.Url}", "AWS_ACCESS_KEY_ID=key", "AWS_SECRET_ACCESS_KEY=secret",
            .. queue.Settings,
        ];
        using var project = new LedgerProject([.. settings.Distinct()]) { OtherQueue = queue.Open };
        Assert.Equal(0, await project.RunInserterAsync([new LedgerRow("row")], failAt: null));

        using var process = new WorkerProcess(
            project[""], Strace(project), verb == "insert-tasks" ? ["--task", LedgerProject.TaskName] : [], verb: verb);
        Assert.Equal(0, await process.WaitAsync());

        AssertConnectedTo([.. queue.Ports, new Uri(store.Url).Port], project);
    }

    private static string[] Strace(LedgerProject project) =>
        ["strace", "-f", "-e", "trace=connect,sendto,sendmsg", "-o", project["strace"]];

    private static void AssertConnectedTo(IReadOnlyList<int> ports, LedgerProject project)
    {
        var calls = File.ReadAllLines(project["strace"]).Where(line => InternetAddress().IsMatch(line)).ToList();
        var strangers = calls.Where(line => !ports.Any(port => line.Contains($"htons({port})", StringComparison.Ordinal)));
        Assert.Equal("", string.Join('\n', strangers));
        Assert.All(ports, port => Assert.Contains(calls, line => line.Contains($"htons({port})", StringComparison.Ordinal)));
    }

    [GeneratedRegex("sa_family=AF_INET")]
    private static partial Regex InternetAddress();
}
