using System.Runtime.CompilerServices;
using System.Text.Json;
using TaskQueue.Collections;
using TaskQueue.Contracts;
using TaskQueue.Storage;

namespace TaskQueue.Records.Journals;

/// <summary>The done rows of a task in the order of its table, each once.</summary>
/// <remarks>
/// The lines are copied to a temporary file, and what finds them is kept: 48 bytes a line. Several lines for an id are
/// ordered by (finished, segment, line), and the first counts. So all readers agree, whatever the workers' clocks said.
/// </remarks>
internal sealed class DoneRows(IObjectStore store, string task)
{
    private readonly JournalReader _reader = new(store, task);
    private readonly List<string> _segments = [];
    private readonly Dictionary<string, int> _numbers = [];
    private readonly List<Place> _places = [];

    /// <summary>Lines that were passed over because they are not whole.</summary>
    public long Damaged => _reader.Damaged;

    /// <param name="cancellationToken">Ends the reading.</param>
    public async IAsyncEnumerable<DoneRecord> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var copy = new FileStream(
            Path.Join(Path.GetTempPath(), Path.GetRandomFileName()), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1 << 16,
            FileOptions.DeleteOnClose);
        await _reader.ReadNewAsync((segment, line) => Keep(segment, line, copy), cancellationToken);
        copy.Flush();

        var buffer = Array.Empty<byte>();
        foreach (var place in SelectFirst())
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
        _places.Add(new Place(FingerprintSet.Fingerprint(id), record.Row ?? long.MaxValue, record.Finished.UtcTicks, copy.Position, line.Length, number));
        copy.Write(line);
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
        _places.Sort((a, b) => (a.Id, a.Finished).CompareTo((b.Id, b.Finished)) is not 0 and var order ? order
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

    private readonly record struct Place(UInt128 Id, long Row, long Finished, long Offset, int Length, int Segment);
}
