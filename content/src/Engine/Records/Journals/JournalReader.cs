using System.Buffers;
using TaskQueue.Contracts;
using TaskQueue.Storage;

namespace TaskQueue.Records.Journals;

/// <summary>Is given a whole line of a journal, without its line feed. Never called by two threads at once.</summary>
/// <param name="segment">The segment's name.</param>
/// <param name="line">Gone when the call returns.</param>
internal delegate void LineVisitor(string segment, ReadOnlySpan<byte> line);

/// <summary>Reads the journals of a task, several segments at once: at first all, later what was added since.</summary>
internal sealed class JournalReader(IObjectStore store, string task)
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

    /// <summary>Reads what was written since the last call. After an exception it may be called again, and gives no line twice.</summary>
    public async Task ReadNewAsync(LineVisitor visit, CancellationToken cancellationToken)
    {
        var vanished = new HashSet<string>();
        int known;
        do
        {
            known = vanished.Count;
            var options = new ParallelOptions
            {
                MaxDegreeOfParallelism = store.CanAppend ? FilesAtOnce : ObjectsAtOnce, CancellationToken = cancellationToken,
            };
            await Parallel.ForEachAsync(await ListAsync(cancellationToken), options, async (name, stop) =>
            {
                if (await TryReadAsync(name, visit, stop))
                    return;
                lock (_turn)
                    vanished.Add(name);
            });
            // What was merged meanwhile is in an object that was not listed. A link that leads nowhere vanishes each time.
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
        await foreach (var name in store.ListAsync(JournalNames.Folder(task), cancellationToken))
        {
            listed++;
            if (JournalNames.IsSegment(name) && !_finished.Contains(name))
                names.Add(name);
        }
        return listed;
    }

    private async Task<bool> TryReadAsync(string name, LineVisitor visit, CancellationToken cancellationToken)
    {
        try
        {
            await using var content = await store.OpenReadAsync(name, cancellationToken);
            long start;
            lock (_turn)
                start = _read.GetValueOrDefault(name);
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
        catch (Exception e) when (e is IOException or InvalidDataException or HttpRequestException)
        {
            throw new TaskQueueException(
                store.CanAppend ? ExitCode.InputOutput : ExitCode.Unavailable, $"'{store.Location}/{name}' cannot be read whole: {e.Message}",
                next: "Check the disk or the network, then run it again.", cause: e) { IsTransient = true };
        }
    }

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

    private async Task ReadLinesAsync(string name, Stream content, LineVisitor visit, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            var length = 0;
            while (await content.ReadAsync(buffer.AsMemory(length), cancellationToken) is > 0 and var read)
            {
                length += read;
                var taken = Take(name, buffer.AsSpan(0, length), visit);
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
    private int Take(string name, ReadOnlySpan<byte> bytes, LineVisitor visit)
    {
        List<Range> whole = [];
        var (start, damaged) = (0, 0);
        for (int end; (end = bytes[start..].IndexOf((byte)'\n')) >= 0; start += end + 1)
        {
            if (JournalLine.IsWhole(bytes.Slice(start, end)))
                whole.Add(start..(start + end));
            else
                damaged++;
        }
        lock (_turn)
        {
            foreach (var line in whole)
                visit(name, bytes[line]);
            _damaged += damaged;
            _read[name] = _read.GetValueOrDefault(name) + start;
            BytesRead += start;
        }
        return start;
    }
}
