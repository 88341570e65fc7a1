using System.Text.Json;
using BulkProgram;
using TaskQueue.Client;
using TaskQueue.Contracts;
using TaskQueue.Insert;
using TaskQueue.Queues;
using TaskQueue.Records;
using TaskQueue.Settings;
using TaskQueue.Storage;
using TaskQueue.Tests.Commands;
using TaskQueue.Tests.Queues;
using TaskQueue.Tests.Servers;

namespace TaskQueue.Tests.Worker;

/// <summary>Rows and results that are stored apart, through the built program.</summary>
public sealed class PayloadTests(RabbitServer rabbit, Emulators emulators) : IDisposable
{
    private const int LongRow = 5_000_000;
    private const int LongResult = 400_000;

    private readonly TemporaryFolder _folder = new();
    private Func<ITaskQueue>? _open;

    public static TheoryData<string> Kinds => Nightly.Number("ALL_KINDS", 0) == 1 ? TestsOnAllQueues.Kinds : ["sqs"];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private RecordStore Records => new(StoreKinds.Open("output", _folder.Path));

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Rows_of_5_MB_and_long_results_go_through_insert_worker_and_results(string kind)
    {
        await CreateAsync(kind);
        BulkTable.Write(_folder["tasks.feather"], 3, LongRow, LongResult);

        var run = await RunAsync($"$P insert-tasks {(kind == "fq" ? "--by-reference" : "")} && $P worker --exit-when-empty");

        Assert.Equal((0, ""), (run.Code, run.Code == 0 ? "" : run.Error));
        Assert.Matches("3 rows are stored in .*/.dltaskqueue/payloads/bulk/.*, " + (kind == "fq"
            ? "as was asked for"
            : "because their messages would be longer than 1,048,576 bytes"), run.Output);
        var done = await Records.ReadDoneAsync("bulk", cancellationToken: Stop).ToListAsync(Stop);
        Assert.Equal(3, done.Count);
        Assert.All(done, record => Assert.Equal(JsonValueKind.Null, record.Parameters.ValueKind));
        Assert.All(done, record => Assert.Equal(JsonValueKind.Null, record.Result.ValueKind));
        Assert.All(done, record => Assert.StartsWith($".dltaskqueue/payloads/bulk/{record.Run}/", record.Payload!.Url, StringComparison.Ordinal));
        Assert.All(done, record => Assert.StartsWith($".dltaskqueue/results/bulk/{record.Run}/{record.Id}.", record.StoredResult!.Url, StringComparison.Ordinal));
        Assert.All(Directory.EnumerateFiles(_folder["output/.dltaskqueue/done"], "*", SearchOption.AllDirectories), file =>
            Assert.InRange(new FileInfo(file).Length, 1, 10_000));

        var results = await RunAsync("$P results --output r.feather && $P table r.feather --jsonl; $P results --output r.csv && wc -c <r.csv; $P results --columns id,text --id row-1");

        Assert.Equal((0, ""), (results.Code, results.Code == 0 ? "" : results.Error));
        var lines = results.Output.Split('\n');
        for (var row = 0; row < 3; row++)
        {
            var cells = JsonElement.Parse(lines[row]);
            Assert.Equal(BulkTable.TextOf(row, LongRow), cells.GetProperty("text").GetString());
            Assert.Equal(BulkTask.HashOf(BulkTable.TextOf(row, LongRow)), cells.GetProperty("hash").GetString());
            Assert.Equal(LongResult, cells.GetProperty("answer").GetString()!.Length);
        }
        Assert.InRange(int.Parse(lines[3]), 3 * (LongRow + LongResult), (3 * (LongRow + LongResult)) + 2000);
        Assert.Equal(BulkTable.TextOf(1, LongRow), JsonElement.Parse(lines[4]).GetProperty("text").GetString());

        var rest = await RunAsync("$P logs row-1; $P delete-run $($P runs --json | python3 -c 'import json,sys; print(json.load(sys.stdin)[0][\"run\"])') --yes");

        Assert.Contains("Its parameters: .dltaskqueue/payloads/", rest.Error, StringComparison.Ordinal);
        Assert.Contains("Its result: .dltaskqueue/results/", rest.Error, StringComparison.Ordinal);
        Assert.Equal((0, ""), (rest.Code, rest.Code == 0 ? "" : rest.Error));
        Assert.Empty(Stored("payloads"));
        Assert.Empty(Stored("results"));
    }

    [Fact]
    public async Task A_payload_that_is_altered_missing_or_foreign_fails_its_row_by_name()
    {
        await CreateAsync("fq");
        BulkTable.Write(_folder["tasks.feather"], 3, LongRow, 0);
        Assert.Equal(0, (await RunAsync("$P insert-tasks --by-reference")).Code);
        var files = Stored("payloads").Order(StringComparer.Ordinal).ToList();
        Assert.Equal(3, files.Count);
        await using (var altered = File.OpenWrite(files[0]))
            altered.WriteByte((byte)'[');
        File.Delete(files[1]);
        await QueueForeignAsync();

        var run = await RunAsync("$P worker --exit-when-empty; $P failed --all-runs; $P status --all-runs");

        var failed = await Records.Failed.ReadAsync("bulk", Stop).ToDictionaryAsync(record => record.Id, record => record.Message, cancellationToken: Stop);
        Assert.Equal(Foreign.Count + 2, failed.Count);
        Assert.Contains(failed.Values, message => message.Contains("was altered: its SHA-256", StringComparison.Ordinal));
        Assert.Contains(failed.Values, message => message.Contains("is missing", StringComparison.Ordinal));
        Assert.All(Foreign, foreign => Assert.Contains(foreign.Value.Fault, failed[foreign.Key], StringComparison.Ordinal));
        Assert.Contains("The row cannot be read: The object", run.Output, StringComparison.Ordinal);
        Assert.Single(await Records.ReadDoneAsync("bulk", cancellationToken: Stop).ToListAsync(Stop));
        Assert.DoesNotContain("Next try", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_store_that_is_away_is_waited_for_and_fails_no_row()
    {
        await CreateAsync("fq");
        BulkTable.Write(_folder["tasks.feather"], 5, 100, 0);
        Assert.Equal(0, (await RunAsync("$P insert-tasks --by-reference")).Code);

        var run = await RunAsync(
            "$P worker --exit-when-empty 2>log & for i in $(seq 100); do test -e output/.dltaskqueue/workers && break; sleep 0.05; done; mv output away; "
            + "for i in $(seq 100); do grep -q 'Next try' log && break; sleep 0.1; done; rm -rf output; mv away output; wait $!");

        Assert.Equal((0, ""), (run.Code, run.Code == 0 ? "" : run.Error));
        Assert.Equal(5, await Records.ReadDoneAsync("bulk", cancellationToken: Stop).CountAsync(Stop));
        Assert.Empty(await Records.Failed.ReadAsync("bulk", Stop).ToListAsync(Stop));
    }

    [Fact]
    public async Task A_result_that_is_missing_or_altered_is_named_and_the_rest_is_written()
    {
        await CreateAsync("fq");
        BulkTable.Write(_folder["tasks.feather"], 4, 10, LongResult);
        Assert.Equal(0, (await RunAsync("$P insert-tasks && $P worker --exit-when-empty")).Code);
        File.Delete(Stored("results").Single(file => Path.GetFileName(file).StartsWith("row-1.", StringComparison.Ordinal)));
        await using (var altered = File.OpenWrite(Stored("results").Single(file => Path.GetFileName(file).StartsWith("row-2.", StringComparison.Ordinal))))
            altered.WriteByte((byte)'[');

        foreach (var output in (string[])["r.csv", "r.feather", "r.jsonl", "/dev/stdout"])
        {
            var run = await RunAsync(output[0] == '/' ? "$P results" : $"$P results --output {output} && echo");

            Assert.Equal(75, run.Code);
            Assert.Contains("2 values of rows cannot be read; the rest is whole:", run.Error, StringComparison.Ordinal);
            Assert.Matches("row-1, result: The object '.dltaskqueue/results/bulk/.*' is missing", run.Error);
            Assert.Matches("row-2, result: The object '.dltaskqueue/results/bulk/.*' was altered", run.Error);
        }
        Assert.Equal(5, File.ReadLines(_folder["r.csv"]).Count());
        var columns = await RunAsync("$P results --columns id,finished && $P table r.feather");
        Assert.Equal((0, ""), (columns.Code, columns.Error));
    }

    [Fact]
    public async Task Rows_lie_in_packs_of_1_MiB_and_only_what_was_queued_stays()
    {
        await CreateAsync("fq");
        BulkTable.Write(_folder["tasks.feather"], 10_000, 200, 0);

        Assert.Equal(0, (await RunAsync("$P insert-tasks --by-reference --run one")).Code);
        var packs = Stored("payloads");
        Assert.InRange(packs.Count, 2, 4);
        Assert.All(packs, pack => Assert.InRange(new FileInfo(pack).Length, 1, 1 << 20));
        Assert.Equal(10_000, (await CountAsync()).Ready);
        Assert.InRange((await BodiesAsync(20)).Max(body => body.Length), 200, 2048);

        var again = await RunAsync("$P insert-tasks --by-reference --run one && $P insert-tasks --by-reference --run two");
        Assert.Equal(0, again.Code);
        Assert.Equal(packs.Order(), Stored("payloads").Order());
    }

    [Fact]
    public async Task A_row_over_64_MiB_is_named_and_nothing_is_queued()
    {
        await CreateAsync("fq");
        // A control character is six bytes of JSON; a value of a table has at most 16 MiB.
        BulkTable.Write(_folder["tasks.feather"], ["small", new string('\u0001', 12 << 20)], 0);

        var run = await RunAsync("$P insert-tasks --by-reference");

        Assert.Equal(65, run.Code);
        Assert.Contains("A row is at most 67,108,864 bytes as JSON, but these are longer (up to 75,49", run.Error, StringComparison.Ordinal);
        Assert.Equal(default, await CountAsync());
        Assert.Empty(Stored("payloads"));
    }

    [Fact]
    public async Task An_id_whose_reference_is_longer_than_a_message_is_named()
    {
        await CreateAsync("fq");
        var writer = new PayloadWriter(Records, "bulk", "one", mostBytes: 300, all: false);
        var body = JsonSerializer.SerializeToUtf8Bytes(new { v = 1, id = new string('i', 200), task = "bulk", parameters = new { text = new string('x', 300) } });

        var parts = new MessageParts(0, 0, 0, Total: body.AsSpan().IndexOf(",\"parameters\":"u8));

        var error = Assert.Throws<TaskQueueException>(() => writer.Store([new QueuedMessage("bulk", "iii"u8.ToArray(), body) { Parts = parts }], Stop).ToList());

        Assert.Equal(ExitCode.BadInput, error.ExitCode);
        Assert.StartsWith("The queue takes messages of at most 300 bytes; that of row iii has ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_insert_that_dies_after_its_first_object_is_repeated_and_loses_nothing()
    {
        await CreateAsync("fq");
        BulkTable.Write(_folder["tasks.feather"], 40, 1_000_000, 0);

        await RunAsync("$P insert-tasks --by-reference --run one & for i in $(seq 200); do ls output/.dltaskqueue/payloads/bulk/one/* 2>/dev/null && break; sleep 0.02; done; kill -9 $!");
        var orphans = Stored("payloads").Count;
        var run = await RunAsync("$P insert-tasks --by-reference --run one && $P worker --exit-when-empty && $P results --columns id,hash --output r.csv");

        Assert.InRange(orphans, 1, 40);
        Assert.Equal((0, ""), (run.Code, run.Code == 0 ? "" : run.Error));
        Assert.Equal(
            Enumerable.Range(0, 40).Select(row => $"{BulkTable.IdOf(row)},{BulkTask.HashOf(BulkTable.TextOf(row, 1_000_000))}"),
            File.ReadLines(_folder["r.csv"]).Skip(1));
        Assert.Equal(0, (await RunAsync("$P delete-run one --yes")).Code);
        Assert.Empty(Stored("payloads"));
    }

    [Fact]
    public async Task In_a_bucket_the_message_names_the_object_by_its_URL()
    {
        var (bucket, emulator) = ($"bucket-{Guid.NewGuid():n}", await emulators.FauxqsAsync());
        await using var s3 = await S3Proxy.StartAsync(emulator, bucket);
        await CreateAsync("fq", $"CF_CLOUDPATH=s3://{bucket}/out", $"AWS_ENDPOINT_URL_S3={s3.Url}", "AWS_ACCESS_KEY_ID=key", "AWS_SECRET_ACCESS_KEY=secret", "AWS_REGION=us-east-1");
        BulkTable.Write(_folder["tasks.feather"], 300, 10_000, 0);

        Assert.Equal(0, (await RunAsync("$P insert-tasks --by-reference --run one")).Code);
        var payload = TaskMessage.TryRead((await BodiesAsync(1))[0])!.Payload!;
        Assert.StartsWith($"s3://{bucket}/out/.dltaskqueue/payloads/bulk/one/", payload.Url, StringComparison.Ordinal);
        s3.Requests.Clear();
        var run = await RunAsync("$P worker --exit-when-empty && $P results --output r.csv && wc -l <r.csv");

        Assert.Equal((0, ""), (run.Code, run.Code == 0 ? "" : run.Error));
        Assert.EndsWith("301", run.Output.TrimEnd(), StringComparison.Ordinal);
        // Three packs, read once by the worker and once by results.
        Assert.InRange(s3.Requests.Count(request => request.Contains("GET", StringComparison.Ordinal) && request.Contains("/payloads/", StringComparison.Ordinal)), 3, 6);
    }

    [Fact]
    public async Task A_client_stores_long_values_and_follows_long_results()
    {
        await CreateAsync("fq");
        var options = new ClientOptions { Settings = new TaskQueueSettings { ProjectRoot = _folder.Path }, ByReference = true, LocalConcurrency = 2 };
        var values = Enumerable.Range(0, 4).Select(row => new BulkParameters(BulkTable.IdOf(row), BulkTable.TextOf(row, 1_500_000), LongResult)).ToList();

        var client = await TaskClient.OpenAsync<BulkTask, BulkParameters, BulkResult>(options, Stop);
        var results = await client.MapAsync(values, Stop).ToDictionaryAsync(result => result.Id, cancellationToken: Stop);
        await client.DisposeAsync();
        await using var other = await TaskClient.OpenAsync<BulkTask, BulkParameters, BulkResult>(options, Stop);
        var again = await other.SubmitAsync(values[2], Stop);

        Assert.All(values, value => Assert.Equal((BulkTask.HashOf(value.Text), LongResult), (results[value.Id].GetResult().Hash, results[value.Id].GetResult().Answer.Length)));
        Assert.Equal(LongResult, again.GetResult().Answer.Length);
        Assert.Equal(4, Stored("payloads").Count);
        Assert.Equal(4, Stored("results").Count);
    }

    private async Task CreateAsync(string kind, params string[] settings)
    {
        var queue = await QueueOfKind.CreateAsync(kind, rabbit, emulators);
        _open = queue.Open;
        Directory.CreateDirectory(_folder["config"]);
        File.WriteAllLines(_folder["config/task.env"], [.. queue.Settings, .. settings]);
    }

    private ITaskQueue OpenQueue() => _open?.Invoke() ?? QueueKinds.Open("fq://queue", _folder.Path);

    private async Task<QueueCounts> CountAsync()
    {
        await using var queue = OpenQueue();
        return await queue.CountAsync(Stop);
    }

    private async Task<List<byte[]>> BodiesAsync(int most)
    {
        await using var queue = (ILeaseQueue)OpenQueue();
        var leases = await queue.LeaseAsync(most, TimeSpan.FromHours(1), Stop);
        await queue.GiveBackAsync(leases, TimeSpan.Zero, refund: true);
        return [.. leases.Select(lease => lease.Body.ToArray())];
    }

    private List<string> Stored(string kind) => Directory.Exists(_folder[$"output/.dltaskqueue/{kind}"])
        ? [.. Directory.EnumerateFiles(_folder[$"output/.dltaskqueue/{kind}"], "*", SearchOption.AllDirectories).Where(file => !IsUnfinished(file))]
        : [];

    /// <summary>A writer that is killed leaves one, which no listing shows.</summary>
    private static bool IsUnfinished(string file) => Path.GetFileName(file).StartsWith(".taskqueue-", StringComparison.Ordinal);

    /// <summary>By id, the payload of a message that means harm, and what is said of it.</summary>
    private static Dictionary<string, (string Payload, string Fault)> Foreign { get; } = new()
    {
        ["link-local"] = ("""{"url":"http://169.254.169.254/latest/meta-data/","sha256":"00"}""", "is foreign"),
        ["climbs"] = ("""{"url":".dltaskqueue/payloads/../../../secret.env","sha256":"00"}""", "is foreign"),
        ["root"] = ("""{"url":"file:///etc/passwd","sha256":"00"}""", "is foreign"),
        ["machine"] = ("""{"url":"file://host/etc/passwd","sha256":"00"}""", "is foreign"),
        ["records"] = ("""{"url":".dltaskqueue/layout","sha256":"00"}""", "is foreign"),
        ["bucket"] = ("""{"url":"s3://other/.dltaskqueue/payloads/a","sha256":"00"}""", "is foreign"),
        ["long"] = ($$"""{"url":".dltaskqueue/payloads/{{new string('x', 300)}}","sha256":"00"}""", "is foreign"),
        ["control"] = ("""{"url":".dltaskqueue/payloads/a\nb","sha256":"00"}""", "is foreign"),
        ["nothing"] = ("""{"url":null}""", "is foreign"),
        ["folder"] = ("""{"url":".dltaskqueue/payloads/bulk","sha256":"00"}""", "is missing"),
        ["past"] = ("""{"url":".dltaskqueue/payloads/other","offset":3,"length":9223372036854775807,"sha256":"00"}""", "has 4 bytes"),
        ["before"] = ("""{"url":".dltaskqueue/payloads/other","offset":-1,"length":2,"sha256":"00"}""", "has 4 bytes"),
        ["text"] = ("""{"url":".dltaskqueue/payloads/other","sha256":"88d4266fd4e6338d13b845fcf289579d209c897823b9217da3e161936f031589"}""", "is no JSON"),
    };

    private async Task QueueForeignAsync()
    {
        File.WriteAllText(_folder["output/.dltaskqueue/payloads/other"], "abcd");
        await using var queue = OpenQueue();
        var messages = Foreign.Select(foreign => new QueuedMessage(
            "bulk", System.Text.Encoding.UTF8.GetBytes(foreign.Key),
            System.Text.Encoding.UTF8.GetBytes($$"""{"v":2,"id":"{{foreign.Key}}","task":"bulk","payload":{{foreign.Value.Payload}}}""")));
        await queue.InsertAsync(messages, _ => { }, Stop);
    }

    private Task<(int Code, string Output, string Error)> RunAsync(string script) => BuiltProgram.ShellAsync(_folder.Path, script, "BulkProgram");
}
