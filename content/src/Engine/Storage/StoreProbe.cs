using TaskQueue.Contracts;

namespace TaskQueue.Storage;

/// <summary>Proves that a store can be listed, written, read and deleted, before money is spent on tasks.</summary>
internal static class StoreProbe
{
    public static async Task RunAsync(IObjectStore store, CancellationToken cancellationToken)
    {
        await foreach (var _ in store.ListAsync(OutputStore.RecordsFolder + "probe/", cancellationToken))
            break;

        var name = $"{OutputStore.RecordsFolder}probe/{Guid.NewGuid():n}";
        var content = "probe"u8.ToArray();
        await store.WriteAsync(name, content, cancellationToken);
        var read = await store.ReadRangeAsync(name, 0, content.Length, cancellationToken);
        await store.DeleteAsync(name, cancellationToken);
        if (!read.AsSpan().SequenceEqual(content))
        {
            throw new TaskQueueException(
                ExitCode.InputOutput, $"'{store.Location}' does not give back what was written.", next:
                "Check the store that CF_CLOUDPATH names.");
        }
    }
}
