using System.Buffers;
using System.Text.Json;
using TaskQueue.Binding;
using TaskQueue.Queues;
using TaskQueue.Tables;

namespace TaskQueue.Insert;

/// <summary>Turns the selected rows of a table into messages.</summary>
internal sealed class MessageSource(Selection selection, string run, string build)
{
    /// <summary>Messages share buffers of this size: below the large-object heap, so that they are cheap to collect.</summary>
    private const int BufferBytes = 64 * 1024;

    private static readonly JsonEncodedText V = JsonEncodedText.Encode("v");
    private static readonly JsonEncodedText Id = JsonEncodedText.Encode("id");
    private static readonly JsonEncodedText Task = JsonEncodedText.Encode("task");
    private static readonly JsonEncodedText Run = JsonEncodedText.Encode("run");
    private static readonly JsonEncodedText Build = JsonEncodedText.Encode("build");
    private static readonly JsonEncodedText Row = JsonEncodedText.Encode("row");
    private static readonly JsonEncodedText Total = JsonEncodedText.Encode("total");
    private static readonly JsonEncodedText Parameters = JsonEncodedText.Encode("parameters");

    private readonly TableBinding _binding = selection.Binding;

    /// <summary>Reads the table once more, from its start.</summary>
    public IEnumerable<QueuedMessage> Read(CancellationToken cancellationToken)
    {
        using var ids = new RowIds(_binding);
        using var builder = new Builder();
        foreach (var batch in _binding.Table.ReadBatches())
        {
            cancellationToken.ThrowIfCancellationRequested();
            for (var row = 0; row < batch.Length; row++)
                if (selection.Rows[(int)(batch.FirstRow + row)])
                    yield return Create(builder, ids, batch, row);
        }
    }

    private QueuedMessage Create(Builder builder, RowIds ids, TableBatch batch, int row)
    {
        var id = builder.Copy(ids.Get(batch, row));
        var writer = builder.Start();
        writer.WriteStartObject();
        writer.WriteNumber(V, TaskMessage.CurrentVersion);
        writer.WriteString(Id, id.Span);
        writer.WriteString(Task, _binding.Task.Name);
        writer.WriteString(Run, run);
        writer.WriteString(Build, build);
        writer.WriteNumber(Row, batch.FirstRow + row);
        writer.WriteNumber(Total, _binding.Table.RowCount);
        writer.WritePropertyName(Parameters);
        _binding.WriteParameters(writer, batch, row);
        writer.WriteEndObject();
        return new QueuedMessage(_binding.Task.Name, id, builder.Finish());
    }

    /// <summary>Writes messages one behind the other into shared buffers.</summary>
    private sealed class Builder : IDisposable
    {
        private readonly ArrayBufferWriter<byte> _draft = new(4096);
        private readonly Utf8JsonWriter _writer;
        private byte[] _buffer = [];
        private int _used;

        public Builder() =>
            _writer = new Utf8JsonWriter(_draft, TableJson.WriterOptions);

        public Utf8JsonWriter Start()
        {
            _draft.ResetWrittenCount();
            _writer.Reset();
            return _writer;
        }

        public ReadOnlyMemory<byte> Finish()
        {
            _writer.Flush();
            return Copy(_draft.WrittenSpan);
        }

        public ReadOnlyMemory<byte> Copy(ReadOnlySpan<byte> bytes)
        {
            if (bytes.Length > _buffer.Length - _used)
            {
                _buffer = new byte[Math.Max(BufferBytes, bytes.Length)];
                _used = 0;
            }
            var copy = _buffer.AsMemory(_used, bytes.Length);
            bytes.CopyTo(copy.Span);
            _used += bytes.Length;
            return copy;
        }

        public void Dispose() => _writer.Dispose();
    }
}
