using TaskQueue.Storage;

namespace TaskQueue.Records;

/// <summary>The records of all tasks, under <c>.dltaskqueue/</c> of CF_CLOUDPATH.</summary>
public sealed class RecordStore(IObjectStore store)
{
    public IObjectStore Store { get; } = store;

    public Task<bool> IsDoneAsync(string task, string id, CancellationToken cancellationToken = default) =>
        throw new NotImplementedException();

    /// <summary>Writes a done record unless there is one.</summary>
    /// <returns>False when the row was done already; its record stays as it was.</returns>
    public Task<bool> WriteDoneAsync(DoneRecord record, CancellationToken cancellationToken = default) =>
        throw new NotImplementedException();

    public Task WriteFailedAsync(FailedRecord record, CancellationToken cancellationToken = default) =>
        throw new NotImplementedException();

    public Task DeleteFailedAsync(string task, string id, CancellationToken cancellationToken = default) =>
        throw new NotImplementedException();

    public Task WriteLogAsync(string task, string id, ReadOnlyMemory<byte> text, CancellationToken cancellationToken = default) =>
        throw new NotImplementedException();

    public Task WriteWorkerAsync(WorkerRecord record, CancellationToken cancellationToken = default) =>
        throw new NotImplementedException();

    public Task WriteRunAsync(RunRecord record, CancellationToken cancellationToken = default) =>
        throw new NotImplementedException();

    /// <summary>Lists which rows of a task are done, once, in tens of bytes a row.</summary>
    public Task<DoneSet> ListDoneAsync(string task, CancellationToken cancellationToken = default) =>
        throw new NotImplementedException();

    public Task<FailedRecord?> FindFailedAsync(string task, string id, CancellationToken cancellationToken = default) =>
        throw new NotImplementedException();

    public IAsyncEnumerable<DoneRecord> ReadDoneAsync(string task, CancellationToken cancellationToken = default) =>
        throw new NotImplementedException();

    public IAsyncEnumerable<FailedRecord> ReadFailedAsync(string task, CancellationToken cancellationToken = default) =>
        throw new NotImplementedException();

    public IAsyncEnumerable<WorkerRecord> ReadWorkersAsync(CancellationToken cancellationToken = default) =>
        throw new NotImplementedException();

    public IAsyncEnumerable<RunRecord> ReadRunsAsync(CancellationToken cancellationToken = default) =>
        throw new NotImplementedException();
}
