using System.Globalization;
using TaskQueue.Binding;
using TaskQueue.Contracts;
using TaskQueue.Tables;

namespace TaskQueue.Insert;

/// <summary>Finds the rows that are longer than a message or a payload can be, before the first message is sent.</summary>
/// <param name="bytes">The longest message; of a row that is stored apart, as long as it would be.</param>
/// <param name="queue">Where the queue is, for people.</param>
/// <param name="run">The insert.</param>
/// <param name="build">Version of the program.</param>
internal sealed class MessageLimit(int bytes, string queue, string run, string build) : IDisposable
{
    /// <summary>Of the envelope, without the id: names, numbers, run, build and the task's name.</summary>
    private const int EnvelopeBytesAtMost = 2048;

    private readonly RowProblems _tooLong = new();
    private MessageWriter? _writer;
    private int _longest;

    /// <summary>Checks one row; most are known to be short without being written.</summary>
    public void Check(TableBinding binding, TableBatch batch, int row, ReadOnlySpan<byte> id)
    {
        if (binding.ParameterBytesAtMost(batch, row) + ((long)BoundParameter.JsonBytesPerByte * id.Length) + EnvelopeBytesAtMost <= bytes)
            return;

        _writer ??= new MessageWriter(binding, new MessageOrigin(run, build, MayRepeat: true, Again: true));
        var length = _writer.Measure(batch, row, id);
        if (length <= bytes)
            return;
        _longest = Math.Max(_longest, length);
        _tooLong.Add(batch.FirstRow + row);
    }

    /// <exception cref="TaskQueueException">Some rows are too long (exit code 65).</exception>
    public void ThrowIfAny(ITable table)
    {
        if (_tooLong.Count > 0)
            throw new TaskQueueException(
                ExitCode.BadInput,
                string.Create(CultureInfo.InvariantCulture, $"A row is at most {bytes:N0} bytes as JSON, but these are longer (up to {_longest:N0} bytes): {_tooLong}."),
                $"In table {table.Location} (rows count from 0), for {queue}",
                "Keep large values in files or objects and put their URLs into the table, or use a queue that takes more, such as fq://queue.");
    }

    public void Dispose() => _writer?.Dispose();
}
