namespace TaskQueue.Tables;

/// <summary>A parameter table, open for streaming: one record batch is in memory at a time.</summary>
public interface ITable : IDisposable
{
    /// <summary>Where it was read from, for messages.</summary>
    string Location { get; }

    IReadOnlyList<TableColumn> Columns { get; }

    /// <summary>As the file's batches declare; reading finds out whether they lie.</summary>
    long RowCount { get; }

    /// <summary>
    /// Streams the table from its first row; may be called again. A batch is valid until the next is asked for.
    /// </summary>
    /// <exception cref="Contracts.TaskQueueException">The file is damaged (exit code 65).</exception>
    IEnumerable<TableBatch> ReadBatches();
}
