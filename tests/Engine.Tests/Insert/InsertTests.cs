using System.Text.Json;
using TaskQueue.Contracts;
using TaskQueue.Queues;
using TaskQueue.Tests.Commands;
using TaskQueue.Tests.Queues;

namespace TaskQueue.Tests.Insert;

/// <summary>insert-tasks on sound tables: what is queued, what is left out, what is said.</summary>
public sealed class InsertTests(ColumnTables tables) : IClassFixture<ColumnTables>, IDisposable
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private readonly CommandProject _project = new();

    public void Dispose() => _project.Dispose();

    [Fact]
    public async Task Every_row_becomes_a_message_of_the_documented_shape()
    {
        var run = await InsertAsync("good");

        Assert.Equal(ExitCode.Done, run.Code);
        Assert.Contains("Inserting 3/3 tasks", run.Error, StringComparison.Ordinal);
        var message = (await MessagesAsync())[0];
        Assert.Equal(["v", "id", "task", "run", "build", "row", "total", "parameters"], message.EnumerateObject().Select(property => property.Name));
        Assert.Equal((1, "864691135000000001", "echo", 0, 3), (
            message.GetProperty("v").GetInt32(), message.GetProperty("id").GetString(), message.GetProperty("task").GetString(),
            message.GetProperty("row").GetInt32(), message.GetProperty("total").GetInt32()));
        Assert.Equal("""{"id":864691135000000001,"value":0.5}""", message.GetProperty("parameters").GetRawText());
    }

    [Fact]
    public async Task A_second_insert_queues_nothing_twice()
    {
        await InsertAsync("good");

        var run = await InsertAsync("good");

        Assert.Equal(ExitCode.Done, run.Code);
        Assert.Equal(3, (await CountAsync()).Ready);
    }

    [Fact]
    public async Task Two_tables_give_the_union_of_their_ids()
    {
        await InsertAsync("good");
        await InsertAsync("more");

        Assert.Equal(4, (await CountAsync()).Ready);
    }

    [Fact]
    public async Task Finished_rows_are_skipped_and_the_rest_is_queued()
    {
        await InsertAsync("good");
        await _project.RunAsync("worker --exit-when-empty");

        var again = await InsertAsync("good");
        var more = await InsertAsync("more");

        Assert.Contains("No tasks to insert!", again.Output + again.Error, StringComparison.Ordinal);
        Assert.Contains("Inserting 1/2 tasks", more.Error, StringComparison.Ordinal);
        Assert.Equal(1, (await CountAsync()).Ready);
    }

    [Fact]
    public async Task No_filter_queues_finished_rows_too()
    {
        await InsertAsync("good");
        await _project.RunAsync("worker --exit-when-empty");

        await InsertAsync("good", "--no-filter");

        Assert.Equal(3, (await CountAsync()).Ready);
    }

    [Fact]
    public async Task Rows_that_may_be_queued_or_done_already_are_marked_as_repeats()
    {
        await InsertAsync("good", "--limit 1");
        await InsertAsync("good");
        Assert.Equal([false, true, true], await RepeatsAsync());
    }

    [Theory]
    [InlineData("--skip 1", "864691135000000002", "864691135000000003")]
    [InlineData("--limit 2", "864691135000000001", "864691135000000002")]
    [InlineData("--skip 1 --limit 1", "864691135000000002")]
    public async Task Skip_and_limit_choose_rows(string options, params string[] expected)
    {
        await InsertAsync("good", options);

        Assert.Equal(expected, (await MessagesAsync()).Select(message => message.GetProperty("id").GetString()));
    }

    [Fact]
    public async Task Set_fills_a_column_that_the_table_lacks()
    {
        await InsertAsync("no-value", "--set value=7.25");

        Assert.Equal(7.25, (await MessagesAsync())[0].GetProperty("parameters").GetProperty("value").GetDouble());
    }

    [Fact]
    public async Task A_dry_run_makes_no_queue()
    {
        var run = await InsertAsync("good", "--dry-run");

        Assert.Equal(ExitCode.Done, run.Code);
        Assert.Contains("864691135000000001", run.Output, StringComparison.Ordinal);
        Assert.False(File.Exists(_project["queue"]));
    }

    [Fact]
    public async Task A_table_without_rows_is_no_error()
    {
        var run = await InsertAsync("no-rows");

        Assert.Equal(ExitCode.Done, run.Code);
        Assert.Contains("No tasks to insert!", run.Output + run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_id_that_a_double_cannot_hold_is_the_same_from_file_to_record()
    {
        await InsertAsync("good");
        await _project.RunAsync("worker --exit-when-empty");

        var record = (await _project.RunAsync("results")).OutputLines.Single(line => line.Contains("\"id\":\"864691135000000001\"", StringComparison.Ordinal));

        Assert.Contains("\"parameters\":{\"id\":864691135000000001,", record, StringComparison.Ordinal);
    }

    private Task<CommandRun> InsertAsync(string table, string options = "") => _project.RunAsync($"insert-tasks --table {tables[table]} {options}");

    private async Task<QueueCounts> CountAsync()
    {
        await using var queue = Open();
        return await queue.CountAsync(Cancelled);
    }

    private async Task<List<JsonElement>> MessagesAsync()
    {
        await using var queue = Open();
        var leases = await queue.LeaseAsync(100, TimeSpan.FromHours(1), Cancelled);
        return [.. leases.Select(lease => JsonSerializer.Deserialize<JsonElement>(lease.Body.Span))];
    }

    private async Task<IEnumerable<bool>> RepeatsAsync() =>
        (await MessagesAsync()).Select(message => message.TryGetProperty("repeat", out var repeat) && repeat.GetBoolean());

    private ILeaseQueue Open() => (ILeaseQueue)QueueKinds.Open("fq://queue", _project.Root);
}
