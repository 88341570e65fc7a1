using System.Text;
using System.Text.Json;
using Apache.Arrow;
using TaskQueue.Contracts;

namespace TaskQueue.Tables.Columns;

/// <summary>
/// A column of maps. Where keys are text, a map is a JSON object, and no key may stand in it twice; others are arrays
/// of pairs: <c>[[1,"a"],[2,"b"]]</c>. The type alone decides, so that all rows are alike.
/// </summary>
internal sealed class MapColumn(bool isObject, ArrowColumn keys, ArrowColumn values) : ArrowColumn
{
    private readonly OffsetBuffer _offsets = new(isLarge: false);
    private int[] _hashes = [];
    private int[] _entries = [];

    public override void CheckPlaces(int start, int end)
    {
        _offsets.Check(start, end);
        if (start == end)
            return;
        keys.CheckPlaces(_offsets[start], _offsets[end]);
        values.CheckPlaces(_offsets[start], _offsets[end]);
    }

    public override long Measure(int start, int end) => start == end
        ? 0
        : base.Measure(start, end)
            + keys.Measure(_offsets[start], _offsets[end])
            + values.Measure(_offsets[start], _offsets[end]);

    public override void CheckContent(int start, int end)
    {
        if (start == end)
            return;
        keys.CheckContent(_offsets[start], _offsets[end]);
        values.CheckContent(_offsets[start], _offsets[end]);
        for (var row = start; row < end; row++)
            CheckKeys(_offsets[row], _offsets[row + 1]);
    }

    protected override void LoadValues(ArrayData data)
    {
        var entries = data.Children[0];
        if (entries.NullCount > 0)
            throw new InvalidDataException("an entry of a map is null");
        keys.Load(entries.Children[0]);
        values.Load(entries.Children[1]);
        _offsets.Load(data, entries.Length);
    }

    protected override void WriteValue(Utf8JsonWriter writer, int row)
    {
        row += First;
        if (isObject)
            WriteObject(writer, _offsets[row], _offsets[row + 1]);
        else
            WritePairs(writer, _offsets[row], _offsets[row + 1]);
    }

    private void WriteObject(Utf8JsonWriter writer, int start, int end)
    {
        writer.WriteStartObject();
        for (var entry = start; entry < end; entry++)
        {
            writer.WritePropertyName(keys.GetUtf8(entry));
            values.WriteJson(writer, entry);
        }

        writer.WriteEndObject();
    }

    private void WritePairs(Utf8JsonWriter writer, int start, int end)
    {
        writer.WriteStartArray();
        for (var entry = start; entry < end; entry++)
        {
            writer.WriteStartArray();
            keys.WriteJson(writer, entry);
            values.WriteJson(writer, entry);
            writer.WriteEndArray();
        }

        writer.WriteEndArray();
    }

    private void CheckKeys(int start, int end)
    {
        for (var entry = start; entry < end; entry++)
        {
            if (keys.IsNull(entry))
                throw new InvalidDataException("a key of a map is null");
        }

        if (isObject && end - start > 1)
            CheckTwins(start, end - start);
    }

    /// <summary>Sorts the keys by a hash, so that equal ones stand side by side.</summary>
    private void CheckTwins(int start, int count)
    {
        if (_hashes.Length < count)
            (_hashes, _entries) = (new int[count], new int[count]);
        for (var index = 0; index < count; index++)
            (_hashes[index], _entries[index]) = (Hash(keys.GetUtf8(start + index)), start + index);
        _hashes.AsSpan(0, count).Sort(_entries.AsSpan(0, count));
        for (var index = 1; index < count; index++)
        {
            for (var other = index - 1; other >= 0 && _hashes[other] == _hashes[index]; other--)
                CheckTwin(_entries[other], _entries[index]);
        }
    }

    private void CheckTwin(int one, int other)
    {
        var key = keys.GetUtf8(one);
        if (key.SequenceEqual(keys.GetUtf8(other)))
            throw new InvalidDataException($"a map has the key {Printable.Quote(Encoding.UTF8.GetString(key))} twice");
    }

    private static int Hash(ReadOnlySpan<byte> key)
    {
        var hash = default(HashCode);
        hash.AddBytes(key);
        return hash.ToHashCode();
    }
}
