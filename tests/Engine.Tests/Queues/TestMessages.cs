using System.Text;
using System.Text.Json;
using TaskQueue.Queues;

namespace TaskQueue.Tests.Queues;

/// <summary>Messages as programs send them.</summary>
internal static class TestMessages
{
    public const string Task = "task";

    public static QueuedMessage Of(string id, string text = "") => new(
        Task, Encoding.UTF8.GetBytes(id), JsonSerializer.SerializeToUtf8Bytes(new { v = 1, id, task = Task, parameters = new { text } }));

    /// <summary>A message whose body has exactly so many bytes.</summary>
    public static QueuedMessage OfLength(string id, int bytes) =>
        Of(id, new string('x', bytes - Of(id).Body.Length));

    /// <summary>Leases as a worker that holds nothing else.</summary>
    public static Task<IReadOnlyList<Lease>> LeaseAsync(this ILeaseQueue queue, int max, TimeSpan duration, CancellationToken cancellationToken) =>
        queue.LeaseAsync(max, duration, _ => false, cancellationToken);

    /// <summary>Parks with the attempts that the queue counted.</summary>
    public static Task<bool> ParkAsync(this ILeaseQueue queue, Lease lease, string reason) => queue.ParkAsync(lease, reason, lease.Attempt ?? 1);

    /// <returns>How many were put back.</returns>
    public static async Task<long> RequeueAsync(this ITaskQueue queue, Func<MessageKey, bool> selected, CancellationToken cancellationToken)
    {
        var count = 0L;
        await queue.RequeueAsync(selected, keys => System.Threading.Tasks.Task.FromResult(Interlocked.Add(ref count, keys.Count)), cancellationToken);
        return count;
    }

    public static Task<long> PurgeAsync(this ITaskQueue queue, CancellationToken cancellationToken) => queue.PurgeAsync(_ => { }, cancellationToken);

    public static async Task<InsertReports> InsertAsync(this ITaskQueue queue, params string[] ids)
    {
        var reports = new InsertReports();
        await queue.InsertAsync(ids.Select(id => Of(id)), reports.Add, TestContext.Current.CancellationToken);
        return reports;
    }
}

/// <summary>What an insert reported.</summary>
internal sealed class InsertReports
{
    public List<InsertedBatch> All { get; } = [];

    public int Queued => All.Sum(batch => batch.Queued);

    public void Add(InsertedBatch batch) => All.Add(batch);
}
