using System.Buffers;
using TaskQueue.Contracts;
using TaskQueue.Storage;

namespace TaskQueue.Records.Journals;

/// <summary>Is given a whole line of a journal, without its line feed. Never called by two threads at once.</summary>
/// <param name="segment">The segment's name.</param>
/// <param name="line">Gone when the call returns.</param>
internal delegate void LineVisitor(string segment, ReadOnlySpan<byte> line);

/// <summary>Reads the journals of a task, or of one of its runs, several segments at once: at first all, later what was added since.</summary>
/// <param name="store">Where they are.</param>
/// <param name="folder">The task's, or the run's.</param>
/// <param name="known">How many bytes of a segment need not be read; <see cref="long.MaxValue"/> for all. Null reads all.</param>
internal sealed class JournalReader(IObjectStore store, string folder, Func<string, long>? known = null)
{
    private const int FilesAtOnce = 8;

    /// <summary>Enough to hide a bucket's latency: its objects are small.</summary>
    private const int ObjectsAtOnce = 32;
    private const int BufferBytes = 1 << 18;

    /// <summary>So many names of a bucket come with one answer, as of one moment.</summary>
    private const int NamesAtOnce = 1000;

    private readonly Lock _turn = new();

    /// <summary>Bytes of each segment that were read, up to the end of a line.</summary>
    private readonly Dictionary<string, long> _read = [];

    /// <summary>Objects that were read to their ends: they never change.</summary>
    private readonly HashSet<string> _finished = [];
    private readonly HashSet<string> _cut = [];
    private long _damaged;

    /// <summary>Lines that are not whole, the unfinished ones at the ends included: none of their rows was acknowledged.</summary>
    public long Damaged => _damaged + _cut.Count;

    public long BytesRead { get; private set; }

    /// <summary>How many bytes of a segment have been read, or were known.</summary>
    public long ReadTo(string segment) => _read.GetValueOrDefault(segment);

    /// <inheritdoc cref="ReadNewAsync(LinesVisitor, CancellationToken)"/>
    public Task ReadNewAsync(LineVisitor visit, CancellationToken cancellationToken)
    {
        return ReadNewAsync(VisitInTurn, cancellationToken);

        void VisitInTurn(string segment, JournalLines lines)
        {
            lock (_turn)
                for (var line = 0; line < lines.Count; line++)
                    visit(segment, lines[line]);
        }
    }

    /// <summary>Reads what was written since the last call. After an exception it may be called again, and gives no line twice.</summary>
    public async Task ReadNewAsync(LinesVisitor visit, CancellationToken cancellationToken)
    {
        var vanished = new HashSet<string>();
        int known;
        do
        {
            known = vanished.Count;
            var options = new ParallelOptions
            {
                MaxDegreeOfParallelism = store.CanAppend ? FilesAtOnce : ObjectsAtOnce,
                CancellationToken = cancellationToken,
            };
            await Parallel.ForEachAsync(await ListAsync(cancellationToken), options, async (name, stop) =>
            {
                if (await TryReadAsync(name, visit, stop))
                    return;
                lock (_turn)
                    vanished.Add(name);
            });
            // Lines that were merged meanwhile are in an object that was not listed. A link that leads nowhere vanishes each time.
        }
        while (vanished.Count > known);
    }

    private async Task<List<string>> ListAsync(CancellationToken cancellationToken)
    {
        var names = new HashSet<string>();
        // The answers of a long listing are of several moments: the merged object can be too late for one, and its parts
        // be gone before another. The second listing has the object.
        if (await AddNamesAsync(names, cancellationToken) >= NamesAtOnce && !store.CanAppend)
            await AddNamesAsync(names, cancellationToken);
        return [.. names.Order(StringComparer.Ordinal)];
    }

    /// <summary>Adds those that may hold something new.</summary>
    /// <returns>How many names there are.</returns>
    private async Task<int> AddNamesAsync(HashSet<string> names, CancellationToken cancellationToken)
    {
        var listed = 0;
        await foreach (var name in store.ListAsync(folder, cancellationToken))
        {
            listed++;
            if (JournalNames.IsSegment(name) && !_finished.Contains(name) && KnownOf(name) < long.MaxValue)
                names.Add(name);
        }
        return listed;
    }

    private async Task<bool> TryReadAsync(string name, LinesVisitor visit, CancellationToken cancellationToken)
    {
        try
        {
            await using var content = await store.OpenReadAsync(name, cancellationToken);
            long start;
            lock (_turn)
                start = _read.TryGetValue(name, out var read) ? read : _read[name] = KnownOf(name);
            if (content.CanSeek && content.Length <= start)
                return true;
            await SkipAsync(content, start, cancellationToken);
            await ReadLinesAsync(name, content, visit, cancellationToken);
            return true;
        }
        catch (FileNotFoundException)
        {
            return false;
        }
        catch (Exception e) when (e is not (OperationCanceledException or TaskQueueException))
        {
            throw new TaskQueueException(
                store.CanAppend ? ExitCode.InputOutput : ExitCode.Unavailable, $"'{store.Location}/{name}' cannot be read whole: {e.Message}",
                next: "Check the disk or the network, then run it again.", cause: e)
            { IsTransient = true };
        }
    }

    private long KnownOf(string name) => known?.Invoke(name) ?? 0;

    private static async Task SkipAsync(Stream content, long bytes, CancellationToken cancellationToken)
    {
        if (content.CanSeek)
        {
            content.Position = bytes;
            return;
        }
        var buffer = new byte[Math.Min(bytes, BufferBytes)];
        while (bytes > 0 && await content.ReadAsync(buffer.AsMemory(0, (int)Math.Min(bytes, buffer.Length)), cancellationToken) is > 0 and var read)
            bytes -= read;
    }

    private async Task ReadLinesAsync(string name, Stream content, LinesVisitor visit, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        var room = new List<Range>();
        try
        {
            var length = 0;
            while (await content.ReadAsync(buffer.AsMemory(length), cancellationToken) is > 0 and var read)
            {
                length += read;
                var taken = Take(name, new JournalLines(buffer.AsSpan(0, length), room), visit);
                buffer.AsSpan(taken, length - taken).CopyTo(buffer);
                length -= taken;
                if (length == buffer.Length)
                    buffer = Enlarge(buffer);
            }
            lock (_turn)
            {
                _ = length > 0 ? _cut.Add(name) : _cut.Remove(name);
                if (!store.CanAppend)
                    _finished.Add(name);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static byte[] Enlarge(byte[] buffer)
    {
        var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
        buffer.CopyTo(larger, 0);
        ArrayPool<byte>.Shared.Return(buffer);
        return larger;
    }

    /// <returns>How many bytes of finished lines there were.</returns>
    private int Take(string name, JournalLines lines, LinesVisitor visit)
    {
        visit(name, lines);
        lock (_turn)
        {
            _damaged += lines.Damaged;
            _read[name] += lines.Length;
            BytesRead += lines.Length;
        }
        return lines.Length;
    }
}
