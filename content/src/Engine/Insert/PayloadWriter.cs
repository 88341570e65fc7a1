using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using TaskQueue.Binding;
using TaskQueue.Contracts;
using TaskQueue.Queues;
using TaskQueue.Records;

namespace TaskQueue.Insert;

/// <summary>Stores rows whose messages are too long, and puts a reference in place of their parameters.</summary>
/// <remarks>
/// Rows lie one behind the other in objects of about 1 MiB, longer ones in objects of their own. A message is given when its
/// object is durable. Each insert has names of its own: a repeat changes nothing that an earlier one has queued. What no
/// message names is removed with its run.
/// </remarks>
/// <param name="records">Where to.</param>
/// <param name="task">Whose rows.</param>
/// <param name="run">Of the messages.</param>
/// <param name="mostBytes">The longest message that the queue takes.</param>
/// <param name="all">Whether the rows of short messages are stored, too.</param>
internal sealed class PayloadWriter(RecordStore records, string task, string run, int mostBytes, bool all)
{
    private const int PackBytes = 1 << 20;

    /// <summary>Of objects that are being written; one that is longer is written alone.</summary>
    private const long MostBytesInFlight = 16 << 20;

    /// <summary>They stand last in a message.</summary>
    private static ReadOnlySpan<byte> Parameters => ",\"parameters\":"u8;

    private readonly string _folder = RecordStore.Folder(StoredValues.Payloads, task, run);
    private readonly string _insert = $"{Guid.NewGuid():n}-";
    private int _packs;
    private long _rows;

    /// <summary>The longest message of a row, as if the row stood in it.</summary>
    public int MostBytesOfRow => all ? StoredValues.MostRowBytes : Math.Max(mostBytes, StoredValues.MostRowBytes);

    /// <summary>Whether this message goes by reference.</summary>
    public bool Takes(QueuedMessage message) => all || message.Body.Length > mostBytes;

    /// <summary>Lets messages through. The writes block the thread that reads them.</summary>
    /// <param name="messages">As <see cref="MessageWriter"/> writes them.</param>
    /// <param name="cancellationToken">Ends the writing.</param>
    /// <exception cref="TaskQueueException">The store refuses, or an id is so long that the reference makes its message too long (65).</exception>
    public IEnumerable<QueuedMessage> Store(IEnumerable<QueuedMessage> messages, CancellationToken cancellationToken)
    {
        var (writing, bytes, pack) = (new Queue<Pack>(), 0L, NewPack());
        foreach (var message in messages)
        {
            if (!Takes(message))
            {
                yield return message;
                continue;
            }
            var parameters = message.Body[(message.Parts.Total + Parameters.Length)..^1];
            if (pack.Length > 0 && pack.Length + parameters.Length > PackBytes)
            {
                Write(pack);
                pack = NewPack();
            }
            while (writing.Count > 0 && (writing.Peek().IsWritten || bytes + pack.Length + parameters.Length > MostBytesInFlight))
                foreach (var stored in Written())
                    yield return stored;
            pack.Add(message, parameters.Span);
        }

        if (pack.Length > 0)
            Write(pack);
        while (writing.Count > 0)
            foreach (var stored in Written())
                yield return stored;

        void Write(Pack full)
        {
            writing.Enqueue(full);
            bytes += full.Length;
            full.Write(cancellationToken);
        }

        List<QueuedMessage> Written()
        {
            var first = writing.Dequeue();
            bytes -= first.Length;
            _rows += first.Messages.Count;
            return first.WaitForMessages();
        }
    }

    /// <summary>Says in the report which rows were stored, and why.</summary>
    public InsertReport AddTo(InsertReport report) => _rows == 0 ? report : report with
    {
        Stored = _rows,
        StoredHow = $"{records.Store.Location}/{_folder}, " + (all ? "as was asked for" : string.Create(
            CultureInfo.InvariantCulture, $"because {(_rows == 1 ? "its message" : "their messages")} would be longer than {mostBytes:N0} bytes")),
    };

    /// <summary>Removes what this insert has stored, when none of it was queued.</summary>
    public async Task RemoveAsync(CancellationToken cancellationToken)
    {
        for (; _packs > 0; _packs--)
            await records.Store.DeleteAsync(NameOf(_packs), cancellationToken);
    }

    private Pack NewPack() => new(records, NameOf(++_packs), mostBytes);

    private string NameOf(int pack) => string.Create(CultureInfo.InvariantCulture, $"{_folder}{_insert}{pack}.json");

    /// <summary>Rows of one object, and their messages.</summary>
    private sealed class Pack(RecordStore records, string name, int mostBytes)
    {
        private readonly ArrayBufferWriter<byte> _rows = new();
        private Task _writing = Task.CompletedTask;

        public List<QueuedMessage> Messages { get; } = [];

        public int Length => _rows.WrittenCount;

        public bool IsWritten => _writing.IsCompleted;

        /// <param name="message">With its row in it.</param>
        /// <param name="row">Its parameters.</param>
        public void Add(QueuedMessage message, ReadOnlySpan<byte> row)
        {
            var reference = JsonSerializer.SerializeToUtf8Bytes(records.Values.Refer(name, row, Length), TaskJson.Options);
            byte[] referring = [.. "{\"v\":2"u8, .. message.Body.Span["{\"v\":1"u8.Length..message.Parts.Total], .. ",\"payload\":"u8, .. reference, (byte)'}'];
            if (referring.Length > mostBytes)
                throw new TaskQueueException(
                    ExitCode.BadInput,
                    string.Create(CultureInfo.InvariantCulture, $"The queue takes messages of at most {mostBytes:N0} bytes; that of row {Printable.Short(Encoding.UTF8.GetString(message.Id.Span))} has {referring.Length:N0}, without its parameters."),
                    next: "Use shorter ids, or a queue that takes more.");
            _rows.Write(row);
            Messages.Add(message with { Body = referring });
        }

        /// <summary>A folder's write blocks its thread.</summary>
        public void Write(CancellationToken cancellationToken) =>
            _writing = Task.Run(() => records.Store.WriteAsync(name, _rows.WrittenMemory, cancellationToken), cancellationToken);

        public List<QueuedMessage> WaitForMessages()
        {
            _writing.GetAwaiter().GetResult();
            return Messages;
        }
    }
}
