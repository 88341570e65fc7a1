using System.Buffers;
using System.Text.Json;
using TaskQueue.Binding;
using TaskQueue.Records;
using TaskQueue.Tables;

namespace TaskQueue.Insert;

/// <summary>Says which rows are still to be done. Asked once for each row, in order, on one thread.</summary>
internal abstract class RowFilter
{
    public abstract bool IsToDo(TableBatch batch, int row, ReadOnlySpan<byte> id);

    /// <summary>Every row.</summary>
    public static RowFilter None { get; } = new Everything();

    /// <summary>Rows without a done record.</summary>
    public static RowFilter ByRecords(KeySet done) => done.Count == 0 ? None : new Records(done);

    /// <summary>Rows for which the task's own predicate is true.</summary>
    public static RowFilter ByTask(TableBinding binding, Func<object, bool> isToDo) => new Own(binding, isToDo);

    private sealed class Everything : RowFilter
    {
        public override bool IsToDo(TableBatch batch, int row, ReadOnlySpan<byte> id) => true;
    }

    private sealed class Records(KeySet done) : RowFilter
    {
        public override bool IsToDo(TableBatch batch, int row, ReadOnlySpan<byte> id) => !done.Contains(id);
    }

    private sealed class Own(TableBinding binding, Func<object, bool> isToDo) : RowFilter
    {
        private readonly ArrayBufferWriter<byte> _buffer = new();

        public override bool IsToDo(TableBatch batch, int row, ReadOnlySpan<byte> id)
        {
            _buffer.ResetWrittenCount();
            using (var writer = new Utf8JsonWriter(_buffer, TableJson.WriterOptions))
                binding.WriteParameters(writer, batch, row);
            return isToDo(binding.Task.Bind(_buffer.WrittenSpan));
        }
    }
}
