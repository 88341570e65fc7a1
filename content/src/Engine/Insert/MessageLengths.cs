using System.Globalization;
using TaskQueue.Binding;
using TaskQueue.Contracts;
using TaskQueue.Tables;

namespace TaskQueue.Insert;

/// <summary>Finds the rows whose messages are longer than the queue takes, before the first message is sent.</summary>
internal sealed class MessageLengths(TableBinding binding, MessageLimit limit) : IDisposable
{
    /// <summary>Of the envelope, without the id: names, numbers, run, build and the task's name.</summary>
    private const int EnvelopeBytesAtMost = 2048;

    private readonly MessageWriter _writer = new(binding, limit.Run, limit.Build);
    private readonly RowProblems _tooLong = new();
    private int _longest;

    /// <summary>Checks one row; most are known to be short without being written.</summary>
    public void Check(TableBatch batch, int row, ReadOnlySpan<byte> id)
    {
        if (binding.ParameterBytesAtMost(batch, row) + ((long)BoundParameter.JsonBytesPerByte * id.Length) + EnvelopeBytesAtMost <= limit.Bytes)
            return;

        var length = _writer.Measure(batch, row, id);
        if (length <= limit.Bytes)
            return;
        _longest = Math.Max(_longest, length);
        _tooLong.Add(batch.FirstRow + row);
    }

    /// <exception cref="TaskQueueException">Some rows are too long (exit code 65).</exception>
    public void ThrowIfAny()
    {
        if (_tooLong.Count > 0)
            throw new TaskQueueException(
                ExitCode.BadInput,
                string.Create(CultureInfo.InvariantCulture, $"The queue takes messages of at most {limit.Bytes:N0} bytes, but these are longer (up to {_longest:N0} bytes): {_tooLong}."),
                $"In table {binding.Table.Location} (rows count from 0), for {limit.Queue}",
                "Keep large values in files or objects and put their URLs into the table, or use a queue that takes more, such as fq://queue.");
    }

    public void Dispose() => _writer.Dispose();
}
