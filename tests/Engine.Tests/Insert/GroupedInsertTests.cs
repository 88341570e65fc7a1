using System.Text;
using TaskQueue.Contracts;
using TaskQueue.Insert;
using TaskQueue.Queues;
using TaskQueue.Tests.Commands;

namespace TaskQueue.Tests.Insert;

/// <summary>Inserts with several rows in one message.</summary>
public sealed class GroupedInsertTests : IDisposable
{
    private readonly CommandProject _project = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => _project.Dispose();

    [Fact]
    public async Task A_grouped_run_counts_rows_and_ends_like_one_of_single_rows()
    {
        _project.WriteSettings("TQ_MAX_ATTEMPTS=1\n");
        var insert = await _project.RunAsync("insert-tasks --task echo --group-size 3");
        var queued = await CountAsync();
        var run = await _project.ReadRunAsync();
        var status = await _project.RunAsync("status");
        var repeated = await _project.RunAsync("insert-tasks --task echo --group-size 2");

        Assert.Equal((ExitCode.Done, ExitCode.Done), (insert.Code, repeated.Code));
        Assert.True(run.Rows > 3);
        Assert.Equal((run.Rows, run.Rows, 3L), (run.Queued, queued.Ready, run.GroupSize));
        Assert.Matches($@"(?m)^queued +{run.Rows}\b", status.Output);
        Assert.Equal(queued, await CountAsync());
        Assert.Equal(ExitCode.Done, (await _project.RunAsync("worker --exit-when-empty")).Code);
        var end = await CountAsync();
        Assert.Equal((0, 0), (end.Ready, end.Leased));
        Assert.Equal(run.Rows - end.Parked, await _project.Records.ReadDoneAsync("echo", cancellationToken: Cancelled).CountAsync(Cancelled));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("10001")]
    [InlineData("many")]
    public async Task A_group_size_out_of_its_range_is_refused_by_name(string size)
    {
        var run = await _project.RunAsync($"insert-tasks --group-size {size}");

        Assert.Equal(ExitCode.Usage, run.Code);
        Assert.Contains("--group-size", run.Error, StringComparison.Ordinal);
        if (size != "-1")
            Assert.Contains($"--group-size is \"{size}\"; allowed: a whole number from 1 to 10000.", run.Error, StringComparison.Ordinal);
        Assert.Equal(default, await CountAsync());
    }

    [Fact]
    public void A_group_is_closed_at_its_rows_and_at_the_queues_bytes()
    {
        var rows = Enumerable.Range(0, 7).Select(i => Message($"id-{i}", i)).ToList();

        var byRows = MessageGroups.Of(rows, 3, 1 << 20).ToList();
        var byBytes = MessageGroups.Of(rows, 100, 400).ToList();

        Assert.Equal([3, 3, 1], byRows.Select(group => group.Rows));
        Assert.Equal(7, byBytes.Sum(group => group.Rows));
        Assert.InRange(byBytes.Count, 2, 6);
        Assert.All(byBytes, group => Assert.InRange(group.Body.Length, 1, 400));
        Assert.Equal(
            """{"v":2,"id":"id-0","task":"task","run":"r","build":"b","total":7,"repeat":true,"rows":[{"id":"id-0","row":0,"parameters":{"x":0}},{"id":"id-1","row":1,"parameters":{"x":1}},{"id":"id-2","row":2,"parameters":{"x":2}}]}""",
            Encoding.UTF8.GetString(byRows[0].Body.Span));
        Assert.Equal(rows[6].Body, byRows[2].Body);
        Assert.Equal(rows.Select(row => Encoding.UTF8.GetString(row.Id.Span)), byBytes.SelectMany(IdsOf));
    }

    [Fact]
    public void Rows_that_are_stored_apart_share_a_message_and_keep_their_references()
    {
        var rows = Enumerable.Range(0, 4).Select(i => Message($"id-{i}", i)).ToList();
        rows[1] = rows[1] with { Body = Encoding.UTF8.GetBytes("""{"v":2,"id":"id-1","task":"task","run":"r","build":"b","row":1,"total":7,"repeat":true,"payload":{"url":"u","length":3,"sha256":"h"}}""") };

        var group = Assert.Single(MessageGroups.Of(rows, 4, 1 << 20));

        var read = RowGroup.RowsOf(TaskMessage.TryRead(group.Body.Span)!);
        Assert.Equal([null, "u", null, null], read.Select(row => row.Payload?.Url));
        Assert.Equal(["id-0", "id-1", "id-2", "id-3"], read.Select(row => row.Id));
        Assert.Equal((2, "u"), (TaskMessage.TryRead(RowGroup.Single(read[1], null))!.V, TaskMessage.TryRead(RowGroup.Single(read[1], null))!.Payload?.Url));
    }

    private static IEnumerable<string> IdsOf(QueuedMessage message) => TaskMessage.TryRead(message.Body.Span) is { IsGroup: true } group
        ? RowGroup.RowsOf(group).Select(row => row.Id)
        : [Encoding.UTF8.GetString(message.Id.Span)];

    private static QueuedMessage Message(string id, int row)
    {
        var parts = new[] { $$"""{"v":1,"id":"{{id}}" """.Trim(), ""","task":"task","run":"r","build":"b" """.Trim(), $""","row":{row}""", ""","total":7,"repeat":true""" };
        var ends = parts.Select((_, i) => parts[..(i + 1)].Sum(part => part.Length)).ToArray();
        var body = string.Concat(parts) + $",\"parameters\":{{\"x\":{row}}}}}";
        return new QueuedMessage("task", Encoding.UTF8.GetBytes(id), Encoding.UTF8.GetBytes(body), "r") { Parts = new(ends[0], ends[1], ends[2], ends[3]) };
    }

    private async Task<QueueCounts> CountAsync()
    {
        await using var queue = QueueKinds.Open("fq://queue", _project.Root);
        return await queue.CountAsync(Cancelled);
    }
}
