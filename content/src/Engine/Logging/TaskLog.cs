using System.Globalization;
using System.Text;
using TaskQueue.Contracts;

namespace TaskQueue.Logging;

/// <summary>What one attempt wrote: through its logger, and to the console. Kept up to 1 MiB.</summary>
/// <param name="id">Of the row.</param>
internal sealed class TaskLog(string id)
{
    public const int MaxCharacters = 1 << 20;

    private static readonly AsyncLocal<TaskLog?> CurrentLog = new();

    private readonly Lock _turn = new();
    private StringBuilder? _text;
    private long _leftOut;

    /// <summary>The log of the attempt that this code runs in; null outside of tasks.</summary>
    public static TaskLog? Current
    {
        get => CurrentLog.Value;
        set => CurrentLog.Value = value;
    }

    /// <summary>What stands before the task's lines where they are among those of others: <c>[tile_07] </c>.</summary>
    public string Label => field ??= $"[{Printable.Short(id)}] ";

    /// <summary>Whether the log is full, so that nothing more is kept.</summary>
    public bool IsFull { get; private set; }

    /// <summary>Characters kept so far.</summary>
    public int Length
    {
        get
        {
            lock (_turn)
                return _text?.Length ?? 0;
        }
    }

    public void Write(ReadOnlySpan<char> text)
    {
        lock (_turn)
        {
            if (IsFull)
            {
                _leftOut += text.Length;
                return;
            }

            _text ??= new StringBuilder();
            var room = MaxCharacters - _text.Length;
            _text.Append(text[..Math.Min(room, text.Length)]);
            if (text.Length < room)
                return;

            _leftOut = text.Length - room;
            IsFull = true;
        }
    }

    private string Cut => string.Create(
        CultureInfo.InvariantCulture, $"\n... the log is cut here: it reached 1 MiB; {_leftOut:N0} more characters were left out\n");

    /// <returns>The log in UTF-8; null when nothing was written.</returns>
    public byte[]? ToUtf8()
    {
        lock (_turn)
            return _text is null ? null : Encoding.UTF8.GetBytes(IsFull ? $"{_text}{Cut}" : _text.ToString());
    }
}
