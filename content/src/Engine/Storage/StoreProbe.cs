using TaskQueue.Contracts;

namespace TaskQueue.Storage;

/// <summary>Proves that a store can be listed, written, read and deleted, before money is spent on tasks.</summary>
public static class StoreProbe
{
    /// <summary>Lists the store, and writes and removes one small object, within seconds.</summary>
    /// <exception cref="TaskQueueException">It cannot be used (69, 74, 77, 78).</exception>
    public static async Task ProbeAsync(this IObjectStore store, CancellationToken cancellationToken = default)
    {
        await foreach (var _ in store.ListAsync(OutputStore.RecordsFolder + "probe/", cancellationToken))
            break;

        var name = $"{OutputStore.RecordsFolder}probe/{Guid.NewGuid():n}";
        var content = "probe"u8.ToArray();
        await store.WriteAsync(name, content, cancellationToken);
        var read = await store.ReadAsync(name, cancellationToken);
        await store.DeleteAsync(name, cancellationToken);
        if (!read.AsSpan().SequenceEqual(content))
        {
            throw new TaskQueueException(
                ExitCode.InputOutput, $"'{store.Location}' does not give back what was written.", next:
                "Check the store that CF_CLOUDPATH names.");
        }
    }
}
