using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using TaskQueue.Contracts;
using TaskQueue.Storage;

namespace TaskQueue.Records;

/// <summary>Reads and writes the JSON files of one kind of record.</summary>
internal sealed class RecordFiles<T>(IObjectStore store, JsonTypeInfo<T> type) where T : class
{
    public const string Ending = ".json";

    /// <summary>Reads at once: enough to hide a bucket's latency, few enough to stay small.</summary>
    private const int ReadsAtOnce = 32;

    public Task WriteAsync(string name, T record, CancellationToken cancellationToken) =>
        store.WriteAsync(name, JsonSerializer.SerializeToUtf8Bytes(record, type), cancellationToken);

    public Task<bool> WriteIfAbsentAsync(string name, T record, CancellationToken cancellationToken) =>
        store.WriteIfAbsentAsync(name, JsonSerializer.SerializeToUtf8Bytes(record, type), cancellationToken);

    /// <returns>Null when there is no such record.</returns>
    public async Task<T?> FindAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            var bytes = await store.ReadAsync(name, cancellationToken);
            return JsonSerializer.Deserialize(bytes, type) ?? throw Damaged(name, "it is null");
        }
        catch (FileNotFoundException)
        {
            return null;
        }
        catch (JsonException e)
        {
            throw Damaged(name, e.Message.Split(". Path:")[0].TrimEnd('.'), e);
        }
    }

    /// <summary>Reads the records in a folder.</summary>
    public IAsyncEnumerable<T> ReadAllAsync(string folder, CancellationToken cancellationToken) =>
        ReadAsync(ListAsync(folder, cancellationToken), cancellationToken);

    /// <summary>Reads records, several at once; those that vanish meanwhile are left out.</summary>
    public async IAsyncEnumerable<T> ReadAsync(
        IAsyncEnumerable<string> names, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var reads = new Queue<Task<T?>>(ReadsAtOnce);
        await foreach (var name in names.WithCancellation(cancellationToken))
        {
            if (reads.Count == ReadsAtOnce && await reads.Dequeue() is { } record)
                yield return record;

            // A folder's read blocks its thread.
            reads.Enqueue(Task.Run(() => FindAsync(name, cancellationToken), cancellationToken));
        }

        while (reads.TryDequeue(out var read))
        {
            if (await read is { } record)
                yield return record;
        }
    }

    /// <summary>Lists the names of the records in a folder and below; files that are no records are passed over.</summary>
    public async IAsyncEnumerable<string> ListAsync(
        string folder, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var name in store.ListAsync(folder, cancellationToken))
        {
            var isRecord = name.EndsWith(Ending, StringComparison.Ordinal);
            if (isRecord && TaskKey.IsKey(name.AsSpan()[(name.LastIndexOf('/') + 1)..^Ending.Length]))
                yield return name;
        }
    }

    /// <summary>The key of the record that is called so.</summary>
    public static string KeyOf(string name) => name[(name.LastIndexOf('/') + 1)..^Ending.Length];

    private TaskQueueException Damaged(string name, string why, Exception? cause = null) => new(
        ExitCode.InputOutput, $"The record '{name}' is damaged: {why}.", $"It is in '{store.Location}'.",
        "Delete that file.", cause);
}
