using System.Text.Json;
using System.Text.Json.Serialization;
using TaskQueue.Contracts;

namespace TaskQueue.Queues;

/// <summary>A task as it travels: small raw JSON that any language can write and read.</summary>
public sealed record TaskMessage
{
    /// <summary>The layout of a row that stands in its message.</summary>
    public const int CurrentVersion = 1;

    /// <summary>The newest layout that this program reads: 2 has a <see cref="Payload"/> in place of parameters, or <see cref="Rows"/> in place of one row.</summary>
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

    /// <summary>Whether the row is to run though it is done: only results of its run, or of a later one of this kind, count.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Again { get; init; }

    /// <summary>
    /// Attempts that were at least made before this message was queued, for a row that rested, was in a group or was given back: the
    /// failed record knows more. Null for others.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Attempts { get; init; }

    /// <summary>The rows of a group, an array of objects with <c>id</c>, <c>row</c> and <c>parameters</c>; null in the message of one row.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public JsonElement? Rows { get; init; }

    /// <summary>The row, an object with a property for each parameter; a JSON null when the message has none.</summary>
    public JsonElement Parameters { get; init; } = None;

    /// <summary>Where the row is, when it is stored apart; null when it stands in <see cref="Parameters"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public StoredJson? Payload { get; init; }

    /// <summary>Whether it is for several rows.</summary>
    [JsonIgnore]
    public bool IsGroup => V == NewestVersion && Rows is not null;

    /// <summary>How many rows it is for: 1 for what is no group, or an empty one.</summary>
    [JsonIgnore]
    public int RowCount => IsGroup && Rows is { ValueKind: JsonValueKind.Array } rows ? Math.Max(1, rows.GetArrayLength()) : 1;

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
    /// <param name="isFresh">Whether the attempts that it names are forgotten.</param>
    public static ReadOnlyMemory<byte> MarkRepeat(ReadOnlyMemory<byte> body, int mostBytes = int.MaxValue, bool isFresh = false) =>
        TryRead(body.Span) switch
        {
            { Id.Length: > 0, Attempts: not null } when isFresh => Mark(body, ",\"repeat\":true,\"attempts\":null}"u8, mostBytes),
            { Id.Length: > 0, Repeat: false } => Mark(body, ",\"repeat\":true}"u8, mostBytes),
            _ => body,
        };

    /// <summary>Writes into the copy of a message that its row may have been tried before: the failed record knows the attempts.</summary>
    /// <inheritdoc cref="MarkRepeat"/>
    public static ReadOnlyMemory<byte> MarkTried(ReadOnlyMemory<byte> body, int mostBytes = int.MaxValue) =>
        TryRead(body.Span) is { Id.Length: > 0, Attempts: null } ? Mark(body, ",\"repeat\":true,\"attempts\":0}"u8, mostBytes) : body;

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
