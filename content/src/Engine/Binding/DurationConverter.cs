using System.Text.Json;
using System.Text.Json.Serialization;
using System.Xml;

namespace TaskQueue.Binding;

/// <summary>Reads a duration as columns give it (ISO 8601, <c>PT90.5S</c>), and as .NET writes it (<c>00:01:30.5</c>).</summary>
internal sealed class DurationConverter : JsonConverter<TimeSpan>
{
    public override TimeSpan Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var text = reader.GetString()!;
        try
        {
            return text.Contains('P', StringComparison.Ordinal)
                ? XmlConvert.ToTimeSpan(text)
                : TimeSpan.ParseExact(text, "c", null);
        }
        catch (Exception e) when (e is FormatException or OverflowException)
        {
            throw new JsonException(null, e);
        }
    }

    public override void Write(Utf8JsonWriter writer, TimeSpan value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString("c"));
}
