using System.Text.Json;
using System.Text.Json.Serialization;

namespace TaskQueue.Queues.Sqs;

/// <summary>A JSON string as its bytes in UTF-8, without a detour through UTF-16.</summary>
internal sealed class Utf8TextConverter : JsonConverter<ReadOnlyMemory<byte>>
{
    public override ReadOnlyMemory<byte> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.String)
            throw new JsonException("A text was expected.");

        var longest = reader.HasValueSequence ? (int)reader.ValueSequence.Length : reader.ValueSpan.Length;
        var text = new byte[longest];
        return text.AsMemory(0, reader.CopyString(text));
    }

    public override void Write(Utf8JsonWriter writer, ReadOnlyMemory<byte> value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.Span);
}
