using TaskQueue.Queues;

namespace TaskQueue.Insert;

/// <summary>Puts rows that follow one another into one message.</summary>
internal static class MessageGroups
{
    /// <summary>The most rows of one message.</summary>
    public const int MostRows = 10_000;

    /// <summary>Of one message, however much the queue takes: a worker holds some of them, and another queue may take no more.</summary>
    private const int MostBytes = 1 << 20;

    /// <summary>Of group and rows beyond their parts: the names of fields, commas and brackets.</summary>
    private const int BytesOfGroup = 64, BytesOfRow = 16;

    private static ReadOnlySpan<byte> Parameters => ",\"parameters\":"u8;

    private static ReadOnlySpan<byte> Payload => ",\"payload\":"u8;

    /// <param name="messages">Of one insert, one row each.</param>
    /// <param name="size">The most rows of one message.</param>
    /// <param name="mostBytes">The longest message that the queue takes.</param>
    /// <returns>Groups in the order of their rows. A row with nobody beside it stays as it is.</returns>
    public static IEnumerable<QueuedMessage> Of(IEnumerable<QueuedMessage> messages, int size, int mostBytes) =>
        size == 1 ? messages : Group(messages, size, mostBytes);

    private static IEnumerable<QueuedMessage> Group(IEnumerable<QueuedMessage> messages, int size, int mostBytes)
    {
        var (rows, bytes, most) = (new List<QueuedMessage>(size), 0L, Math.Min(mostBytes, MostBytes));
        foreach (var message in messages)
        {
            var isPart = message.Parts.Total > 0 && message.Body.Length > message.Parts.Total && IsRow(message.Body.Span[message.Parts.Total..]);
            var length = message.Body.Length + BytesOfRow;
            if (rows.Count > 0 && (!isPart || rows.Count == size || bytes + length > most))
            {
                yield return Join(rows);
                rows.Clear();
            }
            if (!isPart)
            {
                yield return message;
                continue;
            }
            bytes = rows.Count == 0
                ? length + BytesOfGroup + message.Parts.Id
                : bytes + length - (message.Parts.Total - message.Parts.Row) - (message.Parts.Build - message.Parts.Id);
            rows.Add(message);
        }
        if (rows.Count > 0)
            yield return Join(rows);
    }

    private static bool IsRow(ReadOnlySpan<byte> end) => end.StartsWith(Parameters) || end.StartsWith(Payload);

    /// <summary>The id stands twice for the first row, and what all rows share stands once.</summary>
    private static QueuedMessage Join(List<QueuedMessage> rows)
    {
        if (rows is [var alone])
            return alone;

        var bytes = new MemoryStream(rows.Sum(row => row.Body.Length));
        var body = rows[0].Body.Span;
        var parts = rows[0].Parts;
        bytes.Write("{\"v\":2,"u8);
        bytes.Write(body["{\"v\":1,"u8.Length..parts.Build]);
        bytes.Write(body[parts.Row..parts.Total]);
        var separator = ",\"rows\":[{"u8;
        foreach (var row in rows)
        {
            body = row.Body.Span;
            parts = row.Parts;
            bytes.Write(separator);
            bytes.Write(body["{\"v\":1,"u8.Length..parts.Id]);
            bytes.Write(body[parts.Build..parts.Row]);
            bytes.Write(body[parts.Total..]);
            separator = ",{"u8;
        }
        bytes.Write("]}"u8);
        return rows[0] with { Body = bytes.ToArray(), Rows = rows.Count, Parts = default };
    }
}
