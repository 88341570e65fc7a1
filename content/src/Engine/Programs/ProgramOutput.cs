using System.Buffers;
using System.Text;

namespace TaskQueue.Programs;

/// <summary>Copies what a program writes into the log of its row, as it comes, and keeps the last lines that are not blank.</summary>
/// <param name="stream">One of the program's outputs.</param>
/// <param name="mostLines">How many of its lines are kept.</param>
/// <param name="longest">Bytes that are kept of a line.</param>
internal sealed class ProgramOutput(Stream stream, int mostLines, int longest)
{
    private const int BufferSize = 1 << 15;

    private readonly Queue<OutputLine> _lines = new();
    private readonly ArrayBufferWriter<byte> _line = new();
    private readonly Decoder _decoder = Encoding.UTF8.GetDecoder();
    private bool _isCut;

    /// <summary>The last lines, in their order; all of them once the copying has ended.</summary>
    public IReadOnlyList<OutputLine> LastLines
    {
        get
        {
            lock (_lines)
                return [.. _lines];
        }
    }

    /// <summary>Ends with the stream. On a thread of its own: a pipe that nobody writes to would keep one of the pool.</summary>
    public Task CopyAsync() => Task.Factory.StartNew(Copy, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private void Copy()
    {
        var buffer = new byte[BufferSize];
        var held = 0;
        while (stream.Read(buffer, held, buffer.Length - held) is > 0 and var count)
        {
            Keep(buffer.AsSpan(held, count));
            held += count;
            // Whole lines: the lines of other rows stand between them.
            var end = buffer.AsSpan(0, held).LastIndexOf((byte)'\n') + 1;
            if (end == 0 && held == buffer.Length)
                end = held;
            Log(buffer.AsSpan(0, end), "");
            buffer.AsSpan(end, held - end).CopyTo(buffer);
            held -= end;
        }
        if (held > 0)
            Log(buffer.AsSpan(0, held), "\n");
        EndLine();
    }

    /// <summary>Bytes that are no UTF-8 become U+FFFD.</summary>
    private void Log(ReadOnlySpan<byte> bytes, string ending)
    {
        if (bytes.IsEmpty)
            return;
        var text = new char[Encoding.UTF8.GetMaxCharCount(bytes.Length)];
        Console.Error.Write($"{text.AsSpan(0, _decoder.GetChars(bytes, text, flush: false))}{ending}");
    }

    private void Keep(ReadOnlySpan<byte> bytes)
    {
        while (bytes.IndexOf((byte)'\n') is >= 0 and var end)
        {
            Add(bytes[..end]);
            EndLine();
            bytes = bytes[(end + 1)..];
        }
        Add(bytes);
    }

    private void Add(ReadOnlySpan<byte> bytes)
    {
        var room = longest - _line.WrittenCount;
        _isCut |= bytes.Length > room;
        _line.Write(bytes[..Math.Min(room, bytes.Length)]);
    }

    private void EndLine()
    {
        var line = new OutputLine(_line.WrittenSpan.ToArray(), _isCut);
        _line.ResetWrittenCount();
        _isCut = false;
        if (line.Bytes.All(letter => letter is (byte)' ' or (byte)'\t' or (byte)'\r'))
            return;
        lock (_lines)
        {
            _lines.Enqueue(line);
            if (_lines.Count > mostLines)
                _lines.Dequeue();
        }
    }
}

/// <summary>A line that a program wrote.</summary>
/// <param name="Bytes">Without its end.</param>
/// <param name="IsCut">Whether there were more.</param>
internal sealed record OutputLine(byte[] Bytes, bool IsCut)
{
    public string Text => Encoding.UTF8.GetString(Bytes).TrimEnd('\r');
}
