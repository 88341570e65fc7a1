namespace TaskQueue.Queues.RabbitMq;

/// <summary>The messages that were published and are not confirmed: so many at most.</summary>
/// <remarks>One thread adds; the broker's answers come on another.</remarks>
internal sealed class ConfirmWindow
{
    /// <summary>More does not make a broker faster; the messages are kept for another publish.</summary>
    public const int MostMessages = 4096;

    private const long MostBytes = 32 << 20;

    private readonly Lock _lock = new();
    private readonly Dictionary<ulong, QueuedMessage> _open = new(MostMessages);
    private readonly Queue<QueuedMessage> _refused = [];
    private TaskCompletionSource? _changed;
    private ulong _first = 1;
    private ulong _next = 1;
    private long _bytes;
    private long _confirmed;

    /// <summary>Rows whose messages the broker has on disk by now.</summary>
    public long Confirmed => Interlocked.Read(ref _confirmed);

    public bool IsEmpty
    {
        get
        {
            lock (_lock)
                return _open.Count == 0 && _refused.Count == 0;
        }
    }

    /// <summary>Takes a message that is about to be published under the next number; false while there is no room.</summary>
    public bool TryAdd(QueuedMessage message)
    {
        lock (_lock)
        {
            if (_open.Count == MostMessages || (_bytes > 0 && _bytes + message.Body.Length > MostBytes))
                return false;

            _open.Add(_next++, message);
            _bytes += message.Body.Length;
            return true;
        }
    }

    /// <summary>The broker has confirmed, or refused, a message or all up to it.</summary>
    public void Answer(ulong number, bool multiple, bool isConfirmed)
    {
        lock (_lock)
        {
            for (var n = multiple ? _first : number; n <= number && n < _next; n++)
            {
                if (!_open.Remove(n, out var message))
                    continue;

                _bytes -= message.Body.Length;
                if (isConfirmed)
                    Interlocked.Add(ref _confirmed, message.Rows);
                else
                    _refused.Enqueue(message);
            }
            if (multiple)
                _first = Math.Min(number + 1, _next);
            _changed?.TrySetResult();
            _changed = null;
        }
    }

    /// <summary>A message that the broker refused and that has to be published again.</summary>
    public bool TryTakeRefused(out QueuedMessage message)
    {
        lock (_lock)
            return _refused.TryDequeue(out message);
    }

    /// <summary>Ends when the broker has answered something.</summary>
    public Task WhenChanged()
    {
        lock (_lock)
            return (_changed ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
    }

    /// <summary>The channel is gone: numbers start again, and all that has no answer is to be published again.</summary>
    public void Restart()
    {
        lock (_lock)
        {
            Answer(_next - 1, multiple: true, isConfirmed: false);
            (_first, _next) = (1, 1);
        }
    }
}
