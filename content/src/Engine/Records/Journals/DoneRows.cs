using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text.Json;
using TaskQueue.Contracts;
using TaskQueue.Storage;
using TaskQueue.Storage.Folder;

namespace TaskQueue.Records.Journals;

/// <summary>The done rows of a task in the order of its table, each once.</summary>
/// <remarks>
/// The lines are copied to a temporary file, and what finds them is kept: 56 bytes a line. Several lines for an id are
/// ordered by (newest run of insert-tasks --again, finished, segment, line), and the first counts. So all readers agree, even when the workers' clocks differed.
/// </remarks>
/// <param name="store">Where they are.</param>
/// <param name="folder">Of the task, or of one of its runs.</param>
/// <param name="found">Told how many rows there are, before the first is given; null for nobody.</param>
internal sealed class DoneRows(IObjectStore store, string folder, Action<long>? found = null)
{
    private readonly string _copyPath = Path.Join(Path.GetTempPath(), Path.GetRandomFileName());
    private readonly JournalReader _reader = new(store, folder);
    private readonly List<string> _segments = [];
    private readonly Dictionary<string, int> _numbers = [];
    private readonly List<Place> _places = [];

    /// <summary>Lines that were passed over because they are not whole.</summary>
    public long Damaged => _reader.Damaged;

    /// <param name="cancellationToken">Ends the reading.</param>
    public async IAsyncEnumerable<DoneRecord> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var copy = CreateCopy();
        await _reader.ReadNewAsync((segment, line) => Keep(segment, line, copy), cancellationToken);
        Append(copy, default, flush: true);

        var buffer = Array.Empty<byte>();
        var places = SelectFirst();
        found?.Invoke(places.Count);
        foreach (var place in places)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (buffer.Length < place.Length)
                buffer = new byte[place.Length * 2];
            copy.Position = place.Offset;
            copy.ReadExactly(buffer, 0, place.Length);
            yield return JournalLine.Read(buffer.AsSpan(0, place.Length));
        }
    }

    private void Keep(string segment, ReadOnlySpan<byte> line, FileStream copy)
    {
        if (!JournalLine.TryReadId(line, out var id))
            return;
        if (!_numbers.TryGetValue(segment, out var number))
        {
            _numbers[segment] = number = _segments.Count;
            _segments.Add(segment);
        }
        var record = Read(segment, line);
        _places.Add(new Place(Digest(id), record.Row ?? long.MaxValue, record.Again?.UtcTicks ?? 0, record.Finished.UtcTicks, copy.Position, line.Length, number));
        Append(copy, line);
    }

    private FileStream CreateCopy()
    {
        try
        {
            return new FileStream(_copyPath, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1 << 16, FileOptions.DeleteOnClose);
        }
        catch (Exception e) when (FolderErrors.Covers(e))
        {
            throw FolderErrors.Explain(e, "write", _copyPath);
        }
    }

    private void Append(FileStream copy, ReadOnlySpan<byte> line, bool flush = false)
    {
        try
        {
            copy.Write(line);
            if (flush)
                copy.Flush();
        }
        catch (Exception e) when (FolderErrors.Covers(e))
        {
            throw FolderErrors.Explain(e, "write", _copyPath);
        }
    }

    private DoneRecord Read(string segment, ReadOnlySpan<byte> line)
    {
        try
        {
            return JournalLine.Read(line);
        }
        catch (JsonException e)
        {
            throw new TaskQueueException(
                ExitCode.InputOutput, $"'{segment}' has a line that is no record: {e.Message}", $"It is in '{store.Location}'.",
                "It may be of a newer version of the engine.", e);
        }
    }

    private List<Place> SelectFirst()
    {
        _places.Sort((a, b) => (a.Id, -a.Again, a.Finished).CompareTo((b.Id, -b.Again, b.Finished)) is not 0 and var order ? order
            : string.CompareOrdinal(_segments[a.Segment], _segments[b.Segment]) is not 0 and var next ? next
            : a.Offset.CompareTo(b.Offset));
        var kept = 0;
        for (var i = 0; i < _places.Count; i++)
            if (i == 0 || _places[i].Id != _places[i - 1].Id)
                _places[kept++] = _places[i];
        _places.RemoveRange(kept, _places.Count - kept);
        _places.Sort((a, b) => (a.Row, a.Id).CompareTo((b.Row, b.Id)));
        return _places;
    }

    /// <summary>Sixteen bytes of SHA-256, which are the same in each process: rows that have one number come in one order.</summary>
    private static UInt128 Digest(ReadOnlySpan<byte> id)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(id, hash);
        return BinaryPrimitives.ReadUInt128LittleEndian(hash);
    }

    private readonly record struct Place(UInt128 Id, long Row, long Again, long Finished, long Offset, int Length, int Segment);
}
