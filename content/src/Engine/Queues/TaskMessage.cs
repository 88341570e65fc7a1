using System.Text.Json;

namespace TaskQueue.Queues;

/// <summary>A task as it travels: small raw JSON that any language can write and read.</summary>
public sealed record TaskMessage
{
    /// <summary>The layout that this program writes and reads.</summary>
    public const int CurrentVersion = 1;

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

    /// <summary>The row, an object with a property for each parameter; a JSON null when the message has none.</summary>
    public JsonElement Parameters { get; init; } = None;
}
