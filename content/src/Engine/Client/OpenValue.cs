using System.Text;
using TaskQueue.Queues;
using TaskQueue.Records;

namespace TaskQueue.Client;

/// <summary>How the task of a value ended.</summary>
/// <param name="Record">A done record, or a parked failed one.</param>
/// <param name="WasDone">Whether it was done before.</param>
internal readonly record struct ValueEnd(RowRecord Record, bool WasDone);

/// <summary>A value that somebody waits for.</summary>
/// <param name="message">Its message.</param>
/// <param name="ended">Told how it ended; or else <paramref name="failed"/> is told, and once.</param>
/// <param name="failed">Told why its end will never be known.</param>
internal sealed class OpenValue(QueuedMessage message, Action<ValueEnd> ended, Action<Exception> failed)
{
    public QueuedMessage Message { get; } = message;

    public string Id { get; } = Encoding.UTF8.GetString(message.Id.Span);

    public void End(ValueEnd end) => ended(end);

    public void Fail(Exception exception) => failed(exception);
}
