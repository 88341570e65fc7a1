using System.Buffers;
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

    private readonly Lock _turn = new();

    /// <summary>Bytes of each segment that were read, up to the end of a line.</summary>
    private readonly Dictionary<string, long> _read = [];
    private readonly HashSet<string> _cut = [];
    private long _damaged;

    /// <summary>Lines that are not whole, the unfinished ones at the ends included: none of their rows was acknowledged.</summary>
    public long Damaged => _damaged + _cut.Count;

    public long BytesRead { get; private set; }

    /// <summary>Reads what was written since the last call. After an exception it may be called again, and gives no line twice.</summary>
    public async Task ReadNewAsync(LineVisitor visit, CancellationToken cancellationToken)
    {
        bool hasVanished;
        do
        {
            var names = await ListAsync(cancellationToken);
            hasVanished = false;
            var options = new ParallelOptions
            {
                MaxDegreeOfParallelism = store.CanAppend ? FilesAtOnce : ObjectsAtOnce, CancellationToken = cancellationToken,
            };
            await Parallel.ForEachAsync(names, options, async (name, stop) =>
            {
                if (!await TryReadAsync(name, visit, stop))
                    hasVanished = true;
            });
            // What was merged meanwhile is in an object that was not listed.
        }
        while (hasVanished);
    }

    /// <summary>Those that may hold something new: an object never changes.</summary>
    private async Task<List<string>> ListAsync(CancellationToken cancellationToken)
    {
        var names = new List<string>();
        await foreach (var name in store.ListAsync(JournalNames.Folder(task), cancellationToken))
            if (JournalNames.IsSegment(name) && (store.CanAppend || !_read.ContainsKey(name)))
                names.Add(name);
        names.Sort(StringComparer.Ordinal);
        return names;
    }

    private async Task<bool> TryReadAsync(string name, LineVisitor visit, CancellationToken cancellationToken)
    {
        try
        {
            await using var content = await store.OpenReadAsync(name, cancellationToken);
            long start;
            lock (_turn)
                start = _read.GetValueOrDefault(name);
            if (content.CanSeek)
            {
                if (content.Length <= start)
                    return true;
                content.Position = start;
            }
            await ReadLinesAsync(name, content, visit, cancellationToken);
            return true;
        }
        catch (FileNotFoundException)
        {
            return false;
        }
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
                _read.TryAdd(name, 0);
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
