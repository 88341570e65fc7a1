using System.Text.Json;
using TaskQueue.Collections;
using TaskQueue.Records;
using TaskQueue.Storage.Folder;

namespace TaskQueue.Client;

/// <summary>The results of a task's done rows, of all runs. One pass over the journals copies them into a temporary file when the first is asked for.</summary>
internal sealed class DoneResults(RecordStore records, string task) : IAsyncDisposable
{
    private readonly string _path = Path.Join(Path.GetTempPath(), Path.GetRandomFileName());
    private readonly SemaphoreSlim _turn = new(1);
    private readonly Dictionary<UInt128, (long Offset, int Length)> _places = [];
    private FileStream? _copy;

    /// <summary>Finds results; one that is not known yet costs a pass over the journals.</summary>
    /// <returns>Those that there are.</returns>
    /// <exception cref="Contracts.TaskQueueException">The store or the temporary folder refuses.</exception>
    public async Task<List<DoneRecord>> FindAsync(IReadOnlyCollection<string> ids, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            var wanted = ids.Select(id => FingerprintSet.Fingerprint(TaskKey.ToUtf8(id))).ToList();
            if (!wanted.TrueForAll(_places.ContainsKey))
                await CopyAsync(cancellationToken);
            var found = new List<DoneRecord>();
            foreach (var id in wanted.Where(_places.ContainsKey))
                found.Add(await records.Values.FollowAsync(Read(_places[id]), cancellationToken));
            return found;
        }
        catch (Exception e) when (FolderErrors.Covers(e))
        {
            throw FolderErrors.Explain(e, "write", _path);
        }
        finally
        {
            _turn.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        _turn.Dispose();
        if (_copy is not null)
            await _copy.DisposeAsync();
    }

    private async Task CopyAsync(CancellationToken cancellationToken)
    {
        _copy ??= new FileStream(_path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1 << 16, FileOptions.DeleteOnClose);
        _places.Clear();
        _copy.SetLength(0);
        await foreach (var record in records.ReadDoneAsync(task, run: null, cancellationToken))
        {
            var bytes = JsonSerializer.SerializeToUtf8Bytes(record, RecordJson.Instance.DoneRecord);
            _places[FingerprintSet.Fingerprint(TaskKey.ToUtf8(record.Id))] = (_copy.Position, bytes.Length);
            _copy.Write(bytes);
        }
    }

    private DoneRecord Read((long Offset, int Length) place)
    {
        var bytes = new byte[place.Length];
        _copy!.Position = place.Offset;
        _copy.ReadExactly(bytes);
        return JsonSerializer.Deserialize(bytes, RecordJson.Instance.DoneRecord)!;
    }
}
