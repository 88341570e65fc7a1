using System.Text.Json;

namespace TaskQueue.Tables.Columns;

/// <summary>The values of a dictionary. Later batches of the file may have continued it.</summary>
internal sealed class ValueDictionary
{
    private readonly List<ArrowColumn> _parts = [];
    private readonly List<int> _starts = [];

    public int Count { get; private set; }

    /// <exception cref="InvalidDataException">It becomes too long.</exception>
    public void Add(ArrowColumn part)
    {
        _parts.Add(part);
        _starts.Add(Count);
        if (part.Count > int.MaxValue - Count)
            throw new InvalidDataException("a dictionary has too many values");
        Count += part.Count;
    }

    public bool IsNull(int place) => Count is 0 || PartOf(ref place).IsNull(place);

    public bool TryGetInt64(int place, out long value)
    {
        value = 0;
        return Count > 0 && PartOf(ref place).TryGetInt64(place, out value);
    }

    public ReadOnlySpan<byte> GetUtf8(int place) => PartOf(ref place).GetUtf8(place);

    public void WriteJson(Utf8JsonWriter writer, int place) => PartOf(ref place).WriteJson(writer, place);

    public long Measure(int place) => Count is 0 ? 0 : PartOf(ref place).Measure(place, place + 1);

    /// <summary>The part that holds a place, which then counts from the part's start.</summary>
    private ArrowColumn PartOf(ref int place)
    {
        if (_parts.Count is 1)
            return _parts[0];
        var index = _starts.BinarySearch(place);
        // Of parts with the same start all but the last are empty.
        index = index < 0 ? ~index - 1 : _starts.LastIndexOf(place);
        place -= _starts[index];
        return _parts[index];
    }
}
