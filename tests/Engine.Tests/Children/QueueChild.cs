using System.Diagnostics;
using System.Text;
using TaskQueue.Contracts;
using TaskQueue.Queues;
using TaskQueue.Queues.Files;
using TaskQueue.Tests.Queues;

namespace TaskQueue.Tests.Children;

/// <summary>Processes that write to a file queue.</summary>
internal static class QueueChild
{
    /// <summary>Inserts until the disk is full, then compares what was confirmed with what is there.</summary>
    /// <param name="args">The folder of the queue.</param>
    public static async Task FillAsync(string[] args)
    {
        var queue = Open(args[0]);
        var confirmed = 0L;
        try
        {
            while (true)
                confirmed += await InsertAsync(queue, Enumerable.Range(0, 100).Select(_ => Guid.NewGuid().ToString()));
        }
        catch (TaskQueueException)
        {
            await queue.DisposeAsync();
            await using var again = Open(args[0]);
            var found = (await again.CountAsync(default)).Ready;
            Console.WriteLine($"confirmed {confirmed}, found {(found == confirmed ? "the same" : found)}, integrity {Integrity(args[0])}");
            throw;
        }
    }

    /// <summary>Leases until a full disk refuses, then, with room on the disk, the rest.</summary>
    /// <param name="args">The folder of the queue, on a disk of few megabytes.</param>
    public static async Task LeaseOnFullDiskAsync(string[] args)
    {
        const int Tasks = 5000;
        await using var queue = Open(args[0]);
        await InsertAsync(queue, Enumerable.Range(0, Tasks).Select(i => $"{i}"));
        var filler = Path.Join(args[0], "filler");
        await using (var file = File.OpenWrite(filler))
        {
            try
            {
                while (true)
                    file.Write(new byte[4096]);
            }
            catch (IOException)
            {
                // Full.
            }
        }

        var leased = 0;
        try
        {
            while (await queue.LeaseAsync(100, TimeSpan.FromHours(1), default) is { Count: > 0 } leases)
                leased += leases.Count;
        }
        catch (TaskQueueException e) when (e.IsTransient)
        {
            Console.Write("refused; ");
        }
        File.Delete(filler);
        while (await queue.LeaseAsync(100, TimeSpan.FromHours(1), default) is { Count: > 0 } leases)
            leased += leases.Count;
        Console.WriteLine($"then leased {leased} of {Tasks}");
    }

    /// <summary>Inserts messages one batch each, then leases and acknowledges them one by one.</summary>
    /// <param name="args">The folder of the queue, and the number of batches.</param>
    public static async Task InsertBatchesAsync(string[] args)
    {
        await using var queue = Open(args[0]);
        for (var i = 0; i < int.Parse(args[1], null); i++)
            await InsertAsync(queue, [$"{i}"]);
        while (await queue.LeaseAsync(1, TimeSpan.FromHours(1), default) is { Count: > 0 } leases)
            await queue.AcknowledgeAsync(leases);
    }

    /// <summary>Leases and acknowledges until nothing is ready; writes each id that was acknowledged, and the milliseconds of each lease.</summary>
    /// <param name="args">The folder of the queue.</param>
    public static async Task DrainAsync(string[] args)
    {
        await using var queue = Open(args[0]);
        while (true)
        {
            var started = Stopwatch.GetTimestamp();
            var leases = await queue.LeaseAsync(4, TimeSpan.FromMinutes(5), default);
            Console.WriteLine($"~{(int)Stopwatch.GetElapsedTime(started).TotalMilliseconds}");
            if (leases.Count == 0)
                return;
            var isMine = await queue.AcknowledgeAsync(leases);
            foreach (var (lease, _) in leases.Zip(isMine).Where(pair => pair.Second))
                Console.WriteLine($"={Encoding.UTF8.GetString(lease.Body.Span)}");
        }
    }

    public static async Task<long> InsertAsync(ITaskQueue queue, IEnumerable<string> ids)
    {
        long inserted = 0;
        var messages = ids.Select(id => new QueuedMessage("task", Encoding.UTF8.GetBytes(id), Encoding.UTF8.GetBytes(id)));
        await queue.InsertAsync(messages, batch => inserted += batch.Queued, default);
        return inserted;
    }

    private static ILeaseQueue Open(string folder) => (ILeaseQueue)QueueKinds.Open("fq://queue", folder);

    private static string Integrity(string folder)
    {
        using var connection = Database.Connect(Path.Join(folder, "queue"));
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA integrity_check";
        return (string)command.ExecuteScalar()!;
    }
}
