using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using TaskQueue.Contracts;
using TaskQueue.Insert;
using TaskQueue.Queues;
using TaskQueue.Settings;
using TaskQueue.Tests.Queues;

namespace TaskQueue.Tests.Insert;

/// <summary>A row of the tables that are inserted into an <see cref="InsertProject"/>.</summary>
public sealed record NamedParameters(
    [property: TaskId] string Id, double? Value = null, long? Number = null, decimal? Price = null, DateTime? Day = null,
    DateTimeOffset? Moment = null, DateOnly? Date = null, TimeSpan? Took = null, float? Share = null);

public sealed class NamedTask : ITask<NamedParameters, bool>
{
    public Task<bool> RunTask(NamedParameters parameters, TaskContext context, CancellationToken cancellationToken) =>
        Task.FromResult(true);
}

/// <summary>A folder with a queue, into which tables of <see cref="NamedTask"/> are inserted.</summary>
internal sealed class InsertProject : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public string this[string name] => _folder[name];

    public void Dispose() => _folder.Dispose();

    public async Task<InsertReport> InsertAsync(string table, InsertProgress? progress = null)
    {
        await using var services = new ServiceCollection().AddLogging().BuildServiceProvider();
        return await TableInserter.InsertAsync(
            new TaskQueueSettings { ProjectRoot = _folder.Path }, new InsertRequest { Rows = new() { Table = _folder[table] } },
            typeof(NamedTask).Assembly, services, progress ?? new(), TestContext.Current.CancellationToken);
    }

    /// <summary>Expects a refusal that leaves the queue empty.</summary>
    public async Task<string> RefuseAsync(string table)
    {
        var error = await Assert.ThrowsAsync<TaskQueueException>(() => InsertAsync(table));
        Assert.Equal(ExitCode.BadInput, error.ExitCode);
        Assert.Equal(0, (await CountAsync()).Ready);
        return error.Message;
    }

    public async Task<QueueCounts> CountAsync()
    {
        await using var queue = OpenQueue();
        return await queue.CountAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>What the messages hold, bound as a worker binds them.</summary>
    public async Task<List<NamedParameters>> ParametersAsync()
    {
        await using var queue = OpenQueue();
        var leases = await queue.LeaseAsync(1000, TimeSpan.FromHours(1), TestContext.Current.CancellationToken);
        return [.. leases
            .Select(lease => JsonSerializer.Deserialize<JsonElement>(lease.Body.Span).GetProperty("parameters"))
            .Select(parameters => parameters.Deserialize<NamedParameters>(TaskQueue.Binding.TaskJson.Options)!)];
    }

    private ILeaseQueue OpenQueue() => (ILeaseQueue)QueueKinds.Open("fq://queue", _folder.Path);
}
