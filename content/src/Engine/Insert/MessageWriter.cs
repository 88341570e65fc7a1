using System.Text.Json;
using TaskQueue.Binding;
using TaskQueue.Queues;
using TaskQueue.Tables;

namespace TaskQueue.Insert;

/// <summary>Writes the messages of one insert, one behind the other into shared buffers. Not for two threads at once.</summary>
/// <param name="binding">Which column fills which parameter.</param>
/// <param name="origin">What all of them say.</param>
internal sealed class MessageWriter(TableBinding binding, MessageOrigin origin) : IDisposable
{
    /// <summary>Messages share buffers of this size: below the large-object heap, so that they are cheap to collect.</summary>
    private const int BufferBytes = 64 * 1024;

    private readonly JsonEncodedText _task = Encode(binding.Task.Name);
    private readonly JsonEncodedText _run = Encode(origin.Run);
    private readonly JsonEncodedText _build = Encode(origin.Build);
    private readonly JsonBuffer _draft = new();
    private byte[] _buffer = [];
    private int _used;
    private MessageParts _parts;

    /// <summary>The row's message; its id and body stay as they are.</summary>
    /// <param name="batch">The row's batch.</param>
    /// <param name="row">Its place in the batch.</param>
    /// <param name="id">Its id in UTF-8.</param>
    public QueuedMessage Create(TableBatch batch, int row, ReadOnlySpan<byte> id)
    {
        var copy = Copy(id);
        return new QueuedMessage(binding.Task.Name, copy, Copy(Write(batch, row, copy.Span)), origin.Run) { Again = origin.Again, Parts = _parts };
    }

    /// <summary>How many bytes the row's message has.</summary>
    public int Measure(TableBatch batch, int row, ReadOnlySpan<byte> id) => Write(batch, row, id).Length;

    public void Dispose() => _draft.Dispose();

    private ReadOnlySpan<byte> Write(TableBatch batch, int row, ReadOnlySpan<byte> id)
    {
        var writer = _draft.Start();
        writer.WriteStartObject();
        writer.WriteNumber("v"u8, TaskMessage.CurrentVersion);
        writer.WriteString("id"u8, id);
        var idEnd = Position();
        writer.WriteString("task"u8, _task);
        writer.WriteString("run"u8, _run);
        writer.WriteString("build"u8, _build);
        var buildEnd = Position();
        writer.WriteNumber("row"u8, batch.FirstRow + row);
        var rowEnd = Position();
        writer.WriteNumber("total"u8, binding.Table.RowCount);
        if (origin.MayRepeat)
            writer.WriteBoolean("repeat"u8, true);
        if (origin.Again)
            writer.WriteBoolean("again"u8, true);
        _parts = new MessageParts(idEnd, buildEnd, rowEnd, Position());
        writer.WritePropertyName("parameters"u8);
        binding.WriteParameters(writer, batch, row);
        writer.WriteEndObject();
        return _draft.End();

        int Position() => (int)(writer.BytesCommitted + writer.BytesPending);
    }

    private static JsonEncodedText Encode(string text) => JsonEncodedText.Encode(text, TableJson.WriterOptions.Encoder);

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
