using Apache.Arrow;
using Apache.Arrow.Compression;
using Apache.Arrow.Ipc;
using TaskQueue.Contracts;
using TaskQueue.Tables.Guard;

namespace TaskQueue.Tables;

/// <summary>
/// Apache.Arrow, reading what the guard has checked. It reports damage by exceptions of a dozen types: each is damage.
/// </summary>
internal sealed class ArrowReader : IDisposable
{
    private readonly FileGuard _guard;
    private readonly MessageStream _stream;
    private readonly TableMemory _memory;
    private readonly ArrowStreamReader _reader;

    /// <exception cref="InvalidDataException">The schema is damaged.</exception>
    public ArrowReader(TableFile file, FileGuard guard)
    {
        _guard = guard;
        _stream = new MessageStream(file);
        _memory = new TableMemory(ByteQuota.ToUnpack(file.Length));
        // Without extensions, each is read as what it is stored as.
        var context = new ArrowContext(_memory, new CompressionCodecFactory(), new ExtensionTypeRegistry());
        _reader = new ArrowStreamReader(context, _stream);
        _stream.Open(guard.SchemaMessage, 0, 0);
        Schema = Call(() => _reader.Schema);
    }

    public Schema Schema { get; }

    /// <summary>Loads all dictionaries. They stay in memory.</summary>
    /// <exception cref="InvalidDataException">One is damaged.</exception>
    public void ReadDictionaries()
    {
        foreach (var block in _guard.Dictionaries)
        {
            _stream.Open(_guard.ReadDictionaryHeader(block), block.Body, block.BodyLength);
            Call(_reader.ReadNextRecordBatch);
        }

        _memory.Keep();
    }

    /// <summary>Reads a batch into memory, in place of the one before.</summary>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    /// <exception cref="NotSupportedException">It unpacks to more than can be in memory.</exception>
    public RecordBatch ReadBatch(Block block)
    {
        _memory.Free();
        _stream.Open(_guard.ReadBatchHeader(block), block.Body, block.BodyLength);
        return Call(_reader.ReadNextRecordBatch)
            ?? throw new InvalidDataException("a batch is missing where one should be");
    }

    /// <inheritdoc cref="TableMemory.LetPagesGo"/>
    public void LetPagesGo() => _memory.LetPagesGo();

    public void Dispose()
    {
        _reader.Dispose();
        _memory.Dispose();
    }

    private static T Call<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (OverflowException overflow)
        {
            throw new NotSupportedException("a column has more than 2,047 MiB in one record batch", overflow);
        }
        catch (OutOfMemoryException shortage)
        {
            throw new InvalidDataException(
                "it takes more memory than there is; smaller record batches take less", shortage);
        }
        // Those of the quota and of the file say what is wrong; those with an exit code are ours.
        catch (Exception damage) when (damage is not (InvalidDataException or TaskQueueException))
        {
            throw new InvalidDataException($"Apache.Arrow says: {Printable.Short(damage.Message)}", damage);
        }
    }
}
