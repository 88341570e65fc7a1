using System.Buffers;
using System.Text.Json;
using TaskQueue.Tables;

namespace TaskQueue.Binding;

/// <summary>Memory in which one JSON value after the other is written. Not for two threads at once.</summary>
internal sealed class JsonBuffer : IDisposable
{
    private readonly ArrayBufferWriter<byte> _bytes = new(4096);
    private readonly Utf8JsonWriter _writer;

    public JsonBuffer() => _writer = new Utf8JsonWriter(_bytes, TableJson.WriterOptions);

    /// <summary>Forgets the last value.</summary>
    public Utf8JsonWriter Start()
    {
        _bytes.ResetWrittenCount();
        _writer.Reset();
        return _writer;
    }

    /// <returns>The value that was written, valid until the next is started.</returns>
    public ReadOnlySpan<byte> End()
    {
        _writer.Flush();
        return _bytes.WrittenSpan;
    }

    public ReadOnlySpan<byte> WriteParameters(TableBinding binding, TableBatch batch, int row)
    {
        binding.WriteParameters(Start(), batch, row);
        return End();
    }

    public void Dispose() => _writer.Dispose();
}
