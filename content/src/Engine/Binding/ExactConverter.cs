using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using TaskQueue.Contracts;

namespace TaskQueue.Binding;

/// <summary>Reads a number or a text as a value that is the same on every machine and loses nothing, or refuses it.</summary>
/// <param name="read">Throws what <see cref="Exact.Refuse"/> makes.</param>
/// <param name="write">Writes what <paramref name="read"/> reads.</param>
/// <param name="quick">Reads most values without making a text of them; false where <paramref name="read"/> has to look.</param>
internal sealed class ExactConverter<T>(Func<string, T> read, Action<Utf8JsonWriter, T> write, TryRead<T>? quick = null) : JsonConverter<T>
{
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType switch
    {
        _ when quick is not null && quick(ref reader, out var value) => value,
        JsonTokenType.String => read(reader.GetString()!),
        JsonTokenType.Number when reader.HasValueSequence => read(Encoding.UTF8.GetString(reader.ValueSequence.ToArray())),
        JsonTokenType.Number => read(Encoding.UTF8.GetString(reader.ValueSpan)),
        _ => throw new JsonException(),
    };

    public override T ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        read(reader.GetString()!);

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => write(writer, value);
}

internal delegate bool TryRead<T>(ref Utf8JsonReader reader, out T value);

/// <summary>What the readers of <see cref="ExactConverter{T}"/> share.</summary>
internal static class Exact
{
    /// <param name="text">The value.</param>
    /// <param name="why">What is wrong with it, as the rest of a sentence that begins with it.</param>
    public static JsonException Refuse(string text, string why) => new($"{Printable.Quote(text)} {why}.");
}
