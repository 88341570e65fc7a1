using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace TaskQueue.Queues;

/// <summary>Takes messages of several rows apart, and makes messages of single rows of them.</summary>
public static class RowGroup
{
    /// <summary>As the inserter escapes: a text gets no longer.</summary>
    private static readonly JavaScriptEncoder Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;

    private static readonly JsonSerializerOptions Options = new(JsonSerializerOptions.Web) { Encoder = Encoder };

    /// <summary>The messages of a group's rows, in their order. A row that is no object, or has fields of other types, has no id.</summary>
    /// <param name="group">A group; one whose rows are no array has none.</param>
    public static IReadOnlyList<TaskMessage> RowsOf(TaskMessage group) =>
        group.Rows is { ValueKind: JsonValueKind.Array } rows ? [.. rows.EnumerateArray().Select(row => RowOf(group, row))] : [];

    /// <summary>The message of one row that was in a group; it says that it may be a repeat.</summary>
    /// <param name="row">As the group had it.</param>
    /// <param name="attempts">Attempts that were made; null when none is on record.</param>
    public static byte[] Single(TaskMessage row, int? attempts) =>
        JsonSerializer.SerializeToUtf8Bytes(row with { V = row.Payload is null ? TaskMessage.CurrentVersion : TaskMessage.NewestVersion, Repeat = true, Attempts = attempts }, Options);

    /// <summary>The same group without some of its rows.</summary>
    /// <param name="body">A group's JSON.</param>
    /// <param name="ids">The rows that stay, at least one; the first that has an id gives it to the group.</param>
    public static byte[] Keep(ReadOnlyMemory<byte> body, IReadOnlySet<string> ids)
    {
        using var group = JsonDocument.Parse(body);
        var rows = group.RootElement.EnumerateObject().Last(property => IsNamed(property, "rows")).Value.EnumerateArray()
            .Where(row => ids.Contains(IdOf(row) ?? "")).ToList();
        var bytes = new ArrayBufferWriter<byte>(body.Length);
        using (var writer = new Utf8JsonWriter(bytes, new JsonWriterOptions { Encoder = Encoder }))
        {
            writer.WriteStartObject();
            foreach (var property in group.RootElement.EnumerateObject())
                if (!IsNamed(property, "rows") && !IsNamed(property, "id"))
                    property.WriteTo(writer);
            writer.WriteString("id"u8, rows.Select(IdOf).FirstOrDefault(id => id is { Length: > 0 }));
            writer.WriteStartArray("rows"u8);
            rows.ForEach(row => row.WriteTo(writer));
            writer.WriteEndArray();
            writer.WriteEndObject();
        }
        return bytes.WrittenSpan.ToArray();
    }

    private static TaskMessage RowOf(TaskMessage group, JsonElement element)
    {
        var row = Read(element);
        return group with { Rows = null, Attempts = null, Id = row?.Id!, Row = row?.Row, Parameters = row?.Parameters ?? group.Parameters, Payload = row?.Payload };
    }

    private static TaskMessage? Read(JsonElement row)
    {
        try
        {
            return row.Deserialize<TaskMessage>(JsonSerializerOptions.Web);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string? IdOf(JsonElement row) => Read(row)?.Id;

    private static bool IsNamed(JsonProperty property, string name) => property.Name.Equals(name, StringComparison.OrdinalIgnoreCase);
}
