using System.Buffers;
using System.Text.Json;
using TaskQueue.Binding;
using TaskQueue.Queues;
using TaskQueue.Tables;

namespace TaskQueue.Insert;

/// <summary>Writes the messages of one insert, one behind the other into shared buffers. Not for two threads at once.</summary>
internal sealed class MessageWriter : IDisposable
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

    private readonly ArrayBufferWriter<byte> _draft = new(4096);
    private readonly Utf8JsonWriter _writer;
    private readonly TableBinding _binding;
    private readonly string _run;
    private readonly string _build;
    private byte[] _buffer = [];
    private int _used;

    /// <param name="binding">Which column fills which parameter.</param>
    /// <param name="run">The insert.</param>
    /// <param name="build">Version of the program.</param>
    public MessageWriter(TableBinding binding, string run, string build)
    {
        (_binding, _run, _build) = (binding, run, build);
        _writer = new Utf8JsonWriter(_draft, TableJson.WriterOptions);
    }

    /// <summary>The row's message; its id and body stay as they are.</summary>
    public QueuedMessage Create(TableBatch batch, int row, ReadOnlySpan<byte> id)
    {
        var copy = Copy(id);
        Write(batch, row, copy.Span);
        return new QueuedMessage(_binding.Task.Name, copy, Copy(_draft.WrittenSpan));
    }

    /// <summary>How many bytes the row's message has.</summary>
    public int Measure(TableBatch batch, int row, ReadOnlySpan<byte> id)
    {
        Write(batch, row, id);
        return _draft.WrittenCount;
    }

    public void Dispose() => _writer.Dispose();

    private void Write(TableBatch batch, int row, ReadOnlySpan<byte> id)
    {
        _draft.ResetWrittenCount();
        _writer.Reset();
        _writer.WriteStartObject();
        _writer.WriteNumber(V, TaskMessage.CurrentVersion);
        _writer.WriteString(Id, id);
        _writer.WriteString(Task, _binding.Task.Name);
        _writer.WriteString(Run, _run);
        _writer.WriteString(Build, _build);
        _writer.WriteNumber(Row, batch.FirstRow + row);
        _writer.WriteNumber(Total, _binding.Table.RowCount);
        _writer.WritePropertyName(Parameters);
        _binding.WriteParameters(_writer, batch, row);
        _writer.WriteEndObject();
        _writer.Flush();
    }

    private ReadOnlyMemory<byte> Copy(ReadOnlySpan<byte> bytes)
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
}
