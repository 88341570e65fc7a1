using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using TaskQueue.Contracts;
using TaskQueue.Queues;
using TaskQueue.Queues.Sqs;
using TaskQueue.Tests.Servers;

namespace TaskQueue.Tests.Queues.Sqs;

/// <summary>What the queue does when SQS fails, answers in part, or says a thing twice.</summary>
public sealed class SqsFaultTests(Emulators emulators) : IAsyncLifetime
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(5);

    private Proxy _proxy = null!;
    private SqsServer _server = null!;
    private string _name = "";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _proxy = await Proxy.StartAsync(await emulators.FauxqsAsync());
        _server = new SqsServer(_proxy.Url);
        _name = await _server.CreateAsync();
    }

    public ValueTask DisposeAsync() => _proxy.DisposeAsync();

    [Fact]
    public async Task Only_entries_that_failed_are_sent_again()
    {
        var sent = new ConcurrentQueue<string>();
        var isFirst = true;
        _proxy.Handle = async (http, next) =>
        {
            if (SqsProxy.ActionOf(http) != "SendMessageBatch")
            {
                await next(http);
                return;
            }
            var request = await SqsProxy.ReadAsync(http);
            var entries = request["Entries"]!.AsArray();
            foreach (var entry in entries)
                sent.Enqueue((string)entry!["MessageBody"]!);
            if (!isFirst)
            {
                await next(http);
                return;
            }
            isFirst = false;
            for (var i = 0; i < 3; i++)
                entries.RemoveAt(0);
            SqsProxy.Replace(http, request);
            var answer = await SqsProxy.AnswerOfAsync(http, next);
            answer["Failed"] = new JsonArray([.. Enumerable.Range(0, 3).Select(id => new JsonObject
            {
                ["Id"] = $"{id}", ["Code"] = "InternalError", ["SenderFault"] = false,
            })]);
            await SqsProxy.WriteAsync(http, answer);
        };
        await using var queue = _server.Open(_name);

        var reports = await InsertAsync(queue, 10);

        Assert.Equal(10, reports.Sum(report => report.Queued));
        Assert.Equal(13, sent.Count);
        Assert.Equal(3, sent.GroupBy(body => body).Count(group => group.Count() == 2));
        Assert.Equal(10, (await queue.CountAsync(Stop)).Ready);
    }

    [Fact]
    public async Task An_entry_that_is_the_senders_fault_is_named_and_not_sent_again()
    {
        var requests = 0;
        _proxy.Handle = (http, next) =>
        {
            if (SqsProxy.ActionOf(http) != "SendMessageBatch")
                return next(http);
            Interlocked.Increment(ref requests);
            return SqsProxy.WriteAsync(http, new JsonObject
            {
                ["Failed"] = new JsonArray(new JsonObject
                {
                    ["Id"] = "1", ["Code"] = "InvalidMessageContents", ["SenderFault"] = true, ["Message"] = "scripted",
                }),
            });
        };
        await using var queue = _server.Open(_name);

        var error = await Assert.ThrowsAsync<TaskQueueException>(() => InsertAsync(queue, 3));

        Assert.Equal((ExitCode.BadInput, 1), (error.ExitCode, requests));
        Assert.Contains("row 'row-1'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Requests_together_are_no_longer_than_one_request_may_be()
    {
        var lengths = new ConcurrentBag<int>();
        _proxy.Handle = async (http, next) =>
        {
            if (SqsProxy.ActionOf(http) == "SendMessageBatch")
                lengths.Add((await SqsProxy.ReadAsync(http))["Entries"]!.AsArray().Sum(entry => ((string)entry!["MessageBody"]!).Length));
            await next(http);
        };
        await using var queue = _server.Open(_name);
        var body = Encoding.UTF8.GetBytes($"\"{new string('x', 200 * 1024)}\"");

        await queue.InsertAsync(Enumerable.Range(0, 12).Select(i => new QueuedMessage("task", "id"u8.ToArray(), body)), _ => { }, Stop);

        Assert.Equal(12, (await queue.CountAsync(Stop)).Ready);
        Assert.InRange(lengths.Max(), 5 * 200 * 1024, 1 << 20);
    }

    [Fact]
    public async Task A_delete_whose_answer_is_lost_is_repeated_and_counts()
    {
        var lost = 0;
        _proxy.Handle = (http, next) => SqsProxy.ActionOf(http) == "DeleteMessageBatch" && Interlocked.Increment(ref lost) == 1
            ? _proxy.SwallowAsync(http) : next(http);
        await using var queue = _server.Open(_name);
        await InsertAsync(queue, 3);
        var leases = await LeaseAsync(queue, 3);

        Assert.Equal<IEnumerable<bool>>([true, true, true], await queue.AcknowledgeAsync(leases));

        Assert.Equal(2, lost);
        await queue.AssertCountsAsync(default);
    }

    [Fact]
    public async Task A_delete_that_fails_again_and_again_is_tried_until_it_does_not()
    {
        var failures = 0;
        _proxy.Handle = (http, next) => SqsProxy.ActionOf(http) == "DeleteMessageBatch" && Interlocked.Increment(ref failures) <= 6
            ? SqsProxy.ErrorAsync(http, 503, "ServiceUnavailable") : next(http);
        await using var queue = _server.Open(_name);
        await InsertAsync(queue, 1);
        var leases = await LeaseAsync(queue, 1);

        Assert.Equal<IEnumerable<bool>>([true], await queue.AcknowledgeAsync(leases));
        await queue.AssertCountsAsync(default);
    }

    [Fact]
    public async Task A_copy_of_a_held_message_is_not_handed_out_and_its_receipt_is_used()
    {
        JsonNode? repeated = null;
        var used = new ConcurrentQueue<string>();
        _proxy.Handle = async (http, next) =>
        {
            if (SqsProxy.ActionOf(http) == "ReceiveMessage")
            {
                if (repeated is null)
                {
                    var answer = await SqsProxy.AnswerOfAsync(http, next);
                    repeated = answer["Messages"] is null ? null : answer.DeepClone();
                    await SqsProxy.WriteAsync(http, answer);
                    return;
                }
                foreach (var message in repeated["Messages"]!.AsArray())
                    message!["ReceiptHandle"] = "newer-" + message["ReceiptHandle"];
                var copy = repeated;
                repeated = new JsonObject { ["Messages"] = new JsonArray() };
                await SqsProxy.WriteAsync(http, copy);
                return;
            }
            if (SqsProxy.ActionOf(http) is "DeleteMessageBatch" or "ChangeMessageVisibilityBatch")
            {
                var request = await SqsProxy.ReadAsync(http);
                foreach (var entry in request["Entries"]!.AsArray())
                {
                    used.Enqueue((string)entry!["ReceiptHandle"]!);
                    entry["ReceiptHandle"] = ((string)entry["ReceiptHandle"]!).Replace("newer-", "", StringComparison.Ordinal);
                }
                SqsProxy.Replace(http, request);
            }
            await next(http);
        };
        await using var queue = _server.Open(_name);
        await InsertAsync(queue, 2);

        var leases = await LeaseAsync(queue, 2);
        var copies = await queue.LeaseAsync(10, Long, Stop);
        var renewals = queue.Renew(leases, Long);
        var held = await queue.AcknowledgeAsync(leases);

        Assert.Equal((2, 0), (leases.Count, copies.Count));
        Assert.Equal([Renewal.Held, Renewal.Held], renewals);
        Assert.Equal([true, true], held);
        Assert.Equal(4, used.Count);
        Assert.All(used, handle => Assert.StartsWith("newer-", handle, StringComparison.Ordinal));
        await queue.AssertCountsAsync(default);
    }

    [Fact]
    public async Task What_arrives_after_the_worker_was_stopped_is_given_back_at_once()
    {
        var asked = new TaskCompletionSource();
        var stopped = new TaskCompletionSource();
        await using (var queue = _server.Open(_name))
        {
            await InsertAsync(queue, 5);
            _proxy.Handle = async (http, next) =>
            {
                if (SqsProxy.ActionOf(http) == "ReceiveMessage")
                {
                    var answer = await SqsProxy.AnswerOfAsync(http, next);
                    asked.TrySetResult();
                    await stopped.Task;
                    await SqsProxy.WriteAsync(http, answer);
                    return;
                }
                await next(http);
            };
            using var stop = new CancellationTokenSource();
            var leasing = queue.LeaseAsync(5, Long, stop.Token);
            await asked.Task;
            await stop.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leasing);
            stopped.SetResult();
        }

        await using var other = _server.Open(_name);
        await other.AssertCountsAsync(new QueueCounts(5, 0, 0));
    }

    [Fact]
    public async Task A_request_that_is_never_answered_keeps_no_worker_from_leaving()
    {
        var asked = new TaskCompletionSource();
        _proxy.Handle = (http, next) =>
        {
            if (SqsProxy.ActionOf(http) != "ReceiveMessage")
                return next(http);
            asked.TrySetResult();
            return Task.Delay(Timeout.Infinite, http.RequestAborted);
        };
        var queue = _server.Open(_name);
        using var stop = new CancellationTokenSource();
        var leasing = queue.LeaseAsync(5, Long, stop.Token);
        await asked.Task;
        var clock = Stopwatch.StartNew();
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leasing);
        await queue.DisposeAsync();

        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(3) + Noise.Most);
    }

    [Fact]
    public async Task A_renewal_that_fails_leaves_the_lease_in_doubt_and_one_that_is_refused_ends_it()
    {
        await using var queue = _server.Open(_name);
        await InsertAsync(queue, 2);
        var leases = await LeaseAsync(queue, 2);

        _proxy.Handle = (http, _) => SqsProxy.ErrorAsync(http, 503, "ServiceUnavailable");
        Assert.Equal([Renewal.Unknown, Renewal.Unknown], queue.Renew(leases, Long));

        _proxy.Handle = (http, _) => SqsProxy.WriteAsync(http, new JsonObject
        {
            ["Failed"] = new JsonArray(
                new JsonObject { ["Id"] = "0", ["Code"] = "InternalError", ["SenderFault"] = false },
                new JsonObject { ["Id"] = "1", ["Code"] = "ReceiptHandleIsInvalid", ["SenderFault"] = true }),
        });
        Assert.Equal([Renewal.Unknown, Renewal.Lost], queue.Renew(leases, Long));

        _proxy.Handle = (http, next) => next(http);
        Assert.Equal([Renewal.Held, Renewal.Held], queue.Renew(leases, Long));
    }

    [Fact]
    public async Task Nothing_is_renewed_beyond_the_12_hours_that_SQS_allows()
    {
        var clock = new ManualClock();
        await using var queue = _server.Open(_name, clock);
        await InsertAsync(queue, 1);
        var lease = TimeSpan.FromHours(3);
        var leases = await queue.LeaseAsync(1, lease, Stop);
        for (var hour = 1; hour <= 9; hour++)
        {
            clock.Advance(TimeSpan.FromHours(1) - TimeSpan.FromSeconds(1));
            Assert.Equal([Renewal.Held], queue.Renew(leases, lease));
        }

        var before = _proxy.Requests.Count;
        clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal([Renewal.Unknown], queue.Renew(leases, lease));
        clock.Advance(TimeSpan.FromHours(2));
        Assert.Equal([Renewal.Lost], queue.Renew(leases, lease));
        Assert.Equal<IEnumerable<bool>>([false], await queue.AcknowledgeAsync(leases));
        Assert.Equal(before, _proxy.Requests.Count);
    }

    [Fact]
    public async Task Five_per_cent_of_failing_requests_lose_nothing_and_cost_little()
    {
        const int Tasks = 500;
        var random = new Random(20_431);
        var calls = 0;
        _proxy.Handle = (http, next) =>
        {
            Interlocked.Increment(ref calls);
            lock (random)
                return random.Next(20) == 0 ? SqsProxy.ErrorAsync(http, 400, "RequestThrottled") : next(http);
        };
        await using var queue = _server.Open(_name);
        await InsertAsync(queue, Tasks);
        var done = new HashSet<string>();
        while (done.Count < Tasks)
        {
            var leases = await queue.LeaseAsync(10, Long, Stop);
            Assert.All(leases, lease => Assert.True(done.Add(Encoding.UTF8.GetString(lease.Body.Span))));
            Assert.All(await queue.AcknowledgeAsync(leases), Assert.True);
        }

        await queue.AssertCountsAsync(default);
        Assert.InRange(calls, 150, 190);
    }

    private static async Task<List<InsertedBatch>> InsertAsync(SqsQueue queue, int messages)
    {
        var reports = new InsertReports();
        await queue.InsertAsync(
            Enumerable.Range(0, messages).Select(i =>
                new QueuedMessage("task", Encoding.UTF8.GetBytes($"row-{i}"), Encoding.UTF8.GetBytes($$"""{"v":1,"id":"row-{{i}}","task":"task"}"""))),
            reports.Add, Stop);
        return reports.All;
    }

    private static async Task<List<Lease>> LeaseAsync(SqsQueue queue, int messages)
    {
        var leases = new List<Lease>();
        while (leases.Count < messages)
            leases.AddRange(await queue.LeaseAsync(messages - leases.Count, Long, Stop));
        return leases;
    }

    private sealed class ManualClock : TimeProvider
    {
        private long _now;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _now;

        public void Advance(TimeSpan time) => _now += time.Ticks;
    }
}
