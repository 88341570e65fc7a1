using System.Text;
using TaskQueue.Contracts;
using TaskQueue.Storage;

namespace TaskQueue.Records;

/// <summary>The version of the layout of the records, in <c>.dltaskqueue/layout</c>: this is 2; 1 had a file for each done row, and no such mark.</summary>
internal static class RecordLayout
{
    private const string Name = OutputStore.RecordsFolder + "layout";
    private const string Version = "2";
    private const string Done = OutputStore.RecordsFolder + "done/";

    /// <summary>Checks that this program can read the records, and marks a store that has none yet.</summary>
    /// <exception cref="TaskQueueException">They have another layout (78).</exception>
    public static async Task PrepareAsync(IObjectStore store, CancellationToken cancellationToken)
    {
        if (!await HasMarkAsync(store, cancellationToken))
            await store.WriteIfAbsentAsync(Name, Encoding.UTF8.GetBytes(Version + "\n"), cancellationToken);
    }

    /// <inheritdoc cref="PrepareAsync"/>
    public static Task CheckAsync(IObjectStore store, CancellationToken cancellationToken) => HasMarkAsync(store, cancellationToken);

    /// <summary>Checks that there are records, before it is believed that one of them is missing.</summary>
    /// <exception cref="TaskQueueException">There are none: the folder is not mounted, or the bucket is another one (69).</exception>
    public static async Task RequireAsync(IObjectStore store, CancellationToken cancellationToken)
    {
        if (!await store.ExistsAsync(Name, cancellationToken))
            throw new TaskQueueException(
                ExitCode.Unavailable, $"{store.Location} has no records: '{Name}' is missing.", next: "Check that it is mounted, and what CF_CLOUDPATH says.");
    }

    private static async Task<bool> HasMarkAsync(IObjectStore store, CancellationToken cancellationToken)
    {
        try
        {
            var version = Encoding.UTF8.GetString(await store.ReadAsync(Name, cancellationToken)).Trim();
            return version == Version ? true : throw new TaskQueueException(
                ExitCode.Configuration, $"The records have layout {Printable.Short(version)}; this program reads layout {Version}.", $"In {store.Location}",
                "Use the version of the program that wrote them, or let CF_CLOUDPATH name another place.");
        }
        catch (FileNotFoundException)
        {
            await RefuseFilesOfRowsAsync(store, cancellationToken);
            return false;
        }
    }

    private static async Task RefuseFilesOfRowsAsync(IObjectStore store, CancellationToken cancellationToken)
    {
        await foreach (var name in store.ListAsync(Done, cancellationToken))
        {
            if (name.EndsWith(".json", StringComparison.Ordinal) && name.AsSpan(Done.Length).Count('/') == 1)
                throw new TaskQueueException(
                    ExitCode.Configuration, "The records have an older layout, with a file for each done row.", $"In {store.Location}",
                    "Save them with: dotnet run results --output done.csv. Then let CF_CLOUDPATH name another place.");
            if (name.EndsWith(".jsonl", StringComparison.Ordinal))
                return;
        }
    }
}
