using System.Runtime.CompilerServices;
using System.Text;
using TaskQueue.Collections;
using TaskQueue.Contracts;
using TaskQueue.Storage;
using TaskQueue.Storage.Folder;

namespace TaskQueue.Reports.Results;

/// <summary>Copies the objects that results name into a folder, each under its own name.</summary>
/// <remarks>
/// A file is there whole or not at all, and gets the time of its object: one of that length and time is passed over
/// without being read, one of other time and equal bytes as well. What the store knows as a folder is copied with all
/// that is in it.
/// </remarks>
/// <param name="store">Where the objects are.</param>
/// <param name="objects">Finds their names.</param>
/// <param name="folder">Absolute; nothing outside of it is written.</param>
/// <param name="progress">Told how many objects were seen to.</param>
internal sealed class ResultDownload(IObjectStore store, ResultObjects objects, string folder, Action<long> progress)
{
    private const int AtOnce = 16;
    private const int NamedAtMost = 5;
    private const int BufferBytes = 1 << 17;

    private readonly OutputStore _output = new(store);
    private readonly FolderStore _target = new(folder);
    private readonly FingerprintSet _seen = new();
    private readonly List<Task> _running = [];
    private readonly List<string> _firstMissing = [];
    private readonly Lock _turn = new();
    private long _copied;
    private long _equal;
    private long _missing;

    /// <summary>Lets rows through, and copies what they name meanwhile; all is copied when they end.</summary>
    public async IAsyncEnumerable<ResultRow> CopyAsync(
        IAsyncEnumerable<ResultRow> rows, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            await foreach (var row in rows.WithCancellation(cancellationToken))
            {
                foreach (var name in objects.FindIn(row.Result).Where(name => _seen.Add(Encoding.UTF8.GetBytes(name))))
                    await StartAsync(name, row.Id, stop.Token);
                yield return row;
            }

            await Task.WhenAll(_running);
        }
        finally
        {
            // When one fails, the others end before the error is told.
            await stop.CancelAsync();
            await Task.WhenAll(_running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Writes what was copied.</summary>
    /// <returns>Part done when objects are missing.</returns>
    public ExitCode Report(string shownFolder, TextWriter story)
    {
        var there = _equal == 0 ? "" : $"; {Counted.Number(_equal)} {(_equal == 1 ? "was" : "were")} there already";
        story.WriteLine($"Copied {Counted.Of(_copied, "object")} to {shownFolder}{there}");
        if (_missing == 0)
            return ExitCode.Done;

        story.WriteLine($"{Counted.Of(_missing, "object")} that results name {(_missing == 1 ? "is" : "are")} not in {store.Location}:");
        foreach (var missing in _firstMissing)
            story.WriteLine($"  {missing}");
        if (_missing > _firstMissing.Count)
            story.WriteLine($"  and {Counted.Number(_missing - _firstMissing.Count)} more");
        return ExitCode.PartDone;
    }

    private async Task StartAsync(string name, string id, CancellationToken cancellationToken)
    {
        while (_running.Count >= AtOnce)
        {
            var ended = await Task.WhenAny(_running);
            _running.Remove(ended);
            await ended;
        }

        _running.Add(Task.Run(() => CopyAsync(name, id, cancellationToken), cancellationToken));
    }

    private async Task CopyAsync(string name, string id, CancellationToken cancellationToken)
    {
        var isFound = false;
        try
        {
            await CopyObjectAsync(name, cancellationToken);
            isFound = true;
        }
        catch (FileNotFoundException)
        {
            await foreach (var inside in _output.ListAsync(name + "/", cancellationToken))
            {
                await CopyObjectAsync(inside, cancellationToken);
                isFound = true;
            }
        }
        catch (TaskQueueException e) when (e.ExitCode == ExitCode.BadInput)
        {
            // No object can have this name.
        }

        if (!isFound)
            Miss(name, id);
    }

    /// <exception cref="FileNotFoundException">There is no such object.</exception>
    /// <exception cref="TaskQueueException">It cannot be named so (65), read or written.</exception>
    private async Task CopyObjectAsync(string name, CancellationToken cancellationToken)
    {
        var stamp = OutputStore.IsRecord(name + "/") ? null : await store.FindStampAsync(name, cancellationToken);
        var held = await _target.FindStampAsync(name, cancellationToken);
        var isEqual = held is not null && stamp is not null && held.Length == stamp.Length
            && (ToSeconds(held.Written) == ToSeconds(stamp.Written) || await HoldsAsync(name, cancellationToken));
        if (!isEqual)
        {
            await using var content = await _output.OpenReadAsync(name, cancellationToken);
            await _target.WriteAsync(name, content, cancellationToken);
        }

        // A link would lead to the time of another file.
        if (stamp?.Written > DateTimeOffset.UnixEpoch && new FileInfo(Path.Join(_target.Location, name)) is { LinkTarget: null } file)
            file.LastWriteTimeUtc = stamp.Written.UtcDateTime;
        progress(Count(isEqual));
    }

    private long Count(bool isEqual)
    {
        lock (_turn)
        {
            _ = isEqual ? _equal++ : _copied++;
            return _equal + _copied;
        }
    }

    private void Miss(string name, string id)
    {
        lock (_turn)
        {
            _missing++;
            if (_firstMissing.Count < NamedAtMost)
                _firstMissing.Add($"{Printable.Quote(name)} of row {Printable.Short(id)}");
        }
    }

    private static long ToSeconds(DateTimeOffset time) => time.ToUnixTimeSeconds();

    /// <summary>Whether the file has the object's bytes.</summary>
    private async Task<bool> HoldsAsync(string name, CancellationToken cancellationToken)
    {
        await using var theirs = await _output.OpenReadAsync(name, cancellationToken);
        await using var ours = await _target.OpenReadAsync(name, cancellationToken);
        var (a, b) = (new byte[BufferBytes], new byte[BufferBytes]);
        int read;
        do
        {
            read = await theirs.ReadAtLeastAsync(a, a.Length, throwOnEndOfStream: false, cancellationToken);
            var same = await ours.ReadAtLeastAsync(b, b.Length, throwOnEndOfStream: false, cancellationToken);
            if (!a.AsSpan(0, read).SequenceEqual(b.AsSpan(0, same)))
                return false;
        }
        while (read == a.Length);

        return true;
    }
}
