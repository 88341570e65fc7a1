using System.Text.Json;
using System.Text.Json.Serialization;
using TaskQueue.Contracts;

namespace TaskQueue.Queues;

/// <summary>A task as it travels: small raw JSON that any language can write and read.</summary>
public sealed record TaskMessage
{
    /// <summary>The layout of a row that stands in its message.</summary>
    public const int CurrentVersion = 1;

    /// <summary>The newest layout that this program reads: 2 has a <see cref="Payload"/> in place of parameters.</summary>
    public const int NewestVersion = 2;

    private static readonly JsonElement None = JsonElement.Parse("null"u8);

    /// <summary>Layout of the message: <c>v</c>.</summary>
    public int V { get; init; }

    /// <summary>The row's id.</summary>
    public string Id { get; init; } = "";

    /// <summary>The task's name.</summary>
    public string Task { get; init; } = "";

    /// <summary>The insert that queued it.</summary>
    public string? Run { get; init; }

    /// <summary>Version of the program that queued it.</summary>
    public string? Build { get; init; }

    /// <summary>Row of the table, from 0.</summary>
    public long? Row { get; init; }

    /// <summary>Rows in the table.</summary>
    public long? Total { get; init; }

    /// <summary>Whether the row may be queued or done already: a worker looks into the records before it runs it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Repeat { get; init; }

    /// <summary>Whether an earlier copy of the message was delivered: the failed record knows the attempts that it had.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Tried { get; init; }

    /// <summary>Whether the row is to run though it is done: only results of its run, or of a later one of this kind, count.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Again { get; init; }

    /// <summary>The row, an object with a property for each parameter; a JSON null when the message has none.</summary>
    public JsonElement Parameters { get; init; } = None;

    /// <summary>Where the row is, when it is stored apart; null when it stands in <see cref="Parameters"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public StoredJson? Payload { get; init; }

    /// <summary>Reads a message; null when the bytes are none.</summary>
    public static TaskMessage? TryRead(ReadOnlySpan<byte> body)
    {
        try
        {
            return JsonSerializer.Deserialize<TaskMessage>(body, JsonSerializerOptions.Web);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Writes into a message that it is a <see cref="Repeat"/>.</summary>
    /// <param name="body">The message's JSON; what is no message stays as it is.</param>
    /// <param name="mostBytes">A body that would be longer stays as it is: its row may run once more than it has to.</param>
    public static ReadOnlyMemory<byte> MarkRepeat(ReadOnlyMemory<byte> body, int mostBytes = int.MaxValue) =>
        TryRead(body.Span) is { Id.Length: > 0, Repeat: false } ? Mark(body, ",\"repeat\":true}"u8, mostBytes) : body;

    /// <summary>Writes into the copy of a message that it is one, <see cref="Tried"/>, and so a <see cref="Repeat"/>.</summary>
    /// <inheritdoc cref="MarkRepeat"/>
    public static ReadOnlyMemory<byte> MarkTried(ReadOnlyMemory<byte> body, int mostBytes = int.MaxValue) =>
        TryRead(body.Span) is { Id.Length: > 0, Tried: false } ? Mark(body, ",\"repeat\":true,\"tried\":true}"u8, mostBytes) : body;

    private static ReadOnlyMemory<byte> Mark(ReadOnlyMemory<byte> body, ReadOnlySpan<byte> mark, int mostBytes)
    {
        // At the end: of several properties of one name, the last counts.
        var end = body.Span.LastIndexOf((byte)'}');
        if (end + mark.Length > mostBytes)
            return body;
        byte[] marked = [.. body.Span[..end], .. mark];
        return marked;
    }
}
