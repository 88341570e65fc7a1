using System.Runtime.InteropServices;
using TaskQueue.Contracts;

namespace TaskQueue.Tables.Guard;

/// <summary>
/// Takes the nodes and buffers of a batch in the order of the schema's fields, as Apache.Arrow will, and checks each.
/// </summary>
internal ref struct BatchWalk
{
    private const long AnyLength = -1;

    private readonly ReadOnlySpan<long> _nodes;
    private readonly ReadOnlySpan<long> _buffers;
    private readonly ReadOnlySpan<long> _variadicCounts;
    private readonly long _bodyLength;
    private int _nextNode;
    private int _nextBuffer;
    private int _nextVariadicCount;
    private long _bodyUsed;

    private BatchWalk(FlatTable batch, long bodyLength)
    {
        _nodes = MemoryMarshal.Cast<byte, long>(batch.Structs(1, 16));
        _buffers = MemoryMarshal.Cast<byte, long>(batch.Structs(2, 16));
        _variadicCounts = MemoryMarshal.Cast<byte, long>(batch.Structs(4, 8));
        _bodyLength = bodyLength;
    }

    /// <summary>How many values all fields have together.</summary>
    private long Values { get; set; }

    /// <summary>Checks a batch of these columns.</summary>
    /// <returns>How many values all its fields have together, whether they take bytes or not.</returns>
    /// <exception cref="InvalidDataException">It is damaged; names the column.</exception>
    public static long Check(FlatTable batch, long bodyLength, IEnumerable<GuardedField> columns, long rows)
    {
        var walk = new BatchWalk(batch, bodyLength);
        foreach (var column in columns)
        {
            try
            {
                walk.Take(column, rows);
            }
            catch (InvalidDataException damage)
            {
                throw new InvalidDataException($"column {Printable.Quote(column.Name)}: {damage.Message}", damage);
            }
        }

        if (walk._nextNode != walk._nodes.Length || walk._nextBuffer != walk._buffers.Length)
            throw new InvalidDataException("a batch has more columns than the schema");
        return walk.Values;
    }

    private void Take(GuardedField field, long expected)
    {
        if (field.DictionaryId is not null)
            field = field.Places;
        var length = TakeNode(expected);
        for (var count = CountBuffers(field); count > 0; count--)
            TakeBuffer();

        foreach (var child in field.Children)
        {
            Take(child, field.Type switch
            {
                FieldType.Struct => length,
                FieldType.FixedSizeList => length * field.ListSize,
                _ => AnyLength,
            });
        }
    }

    private long TakeNode(long expected)
    {
        if (_nextNode >= _nodes.Length)
            throw new InvalidDataException("a batch has fewer columns than the schema");
        var (length, nulls) = (_nodes[_nextNode], _nodes[_nextNode + 1]);
        _nextNode += 2;
        if (length is < 0 or > int.MaxValue || nulls < 0 || nulls > length)
            throw new InvalidDataException("it has an impossible number of rows or nulls");
        if (expected is not AnyLength && length != expected)
            throw new InvalidDataException($"it has {length} values where {expected} should be");
        Values += length;
        return length;
    }

    private int CountBuffers(GuardedField field)
    {
        if (field.Buffers is not GuardedField.Variadic)
            return field.Buffers;
        return _nextVariadicCount < _variadicCounts.Length
            && _variadicCounts[_nextVariadicCount++] is >= 0 and var count
            && count <= (_buffers.Length - _nextBuffer) / 2
            ? 2 + (int)count
            : throw new InvalidDataException("a batch has fewer buffers than its columns need");
    }

    private void TakeBuffer()
    {
        if (_nextBuffer >= _buffers.Length)
            throw new InvalidDataException("a batch has fewer buffers than its columns need");
        var (offset, length) = (_buffers[_nextBuffer], _buffers[_nextBuffer + 1]);
        _nextBuffer += 2;
        if (length is 0)
            return;
        if (offset < _bodyUsed || length < 0 || offset > _bodyLength || length > _bodyLength - offset)
            throw new InvalidDataException("a buffer lies outside its batch, or overlaps another");
        _bodyUsed = offset + length;
    }
}
