using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace TaskQueue.Binding;

/// <summary>How parameters and results are written as JSON.</summary>
public static class TaskJson
{
    /// <summary>
    /// snake_case names; missing and null values are refused where the parameters record allows none; decimals may be
    /// strings, NaN and infinities are the strings of those names; enums by name. Values are the same on every machine,
    /// and none loses a digit but for a float's.
    /// </summary>
    public static JsonSerializerOptions Options { get; } = Create();

    /// <summary>What is wrong with a value, and where it stands.</summary>
    internal static string Explain(JsonException error) =>
        error.Path is { } path ? $"{ReasonOf(error)} Path: {path}." : ReasonOf(error);

    /// <summary>What is wrong with a value, as a sentence.</summary>
    internal static string ReasonOf(JsonException error)
    {
        // Around a number that does not fit, the serializer names the record.
        var isGeneral = error.Message.StartsWith("The JSON value could not be converted", StringComparison.Ordinal);
        var reason = isGeneral && error.InnerException is { } inner ? inner.Message : error.Message.Split(" Path: ")[0];
        return $"{reason.ReplaceLineEndings(" ").TrimEnd('.')}.";
    }

    private static JsonSerializerOptions Create()
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.General)
        {
            PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
            NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals | JsonNumberHandling.AllowReadingFromString,
            RespectNullableAnnotations = true,
            RespectRequiredConstructorParameters = true,
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            Converters =
            {
                new JsonStringEnumConverter(),
                new ExactConverter<Half>(ExactNumbers.ReadFloat<Half>, ExactNumbers.Write),
                new ExactConverter<float>(ExactNumbers.ReadFloat<float>, ExactNumbers.Write, ExactNumbers.TryReadQuickly),
                new ExactConverter<double>(ExactNumbers.ReadFloat<double>, ExactNumbers.Write, ExactNumbers.TryReadQuickly),
                new ExactConverter<decimal>(ExactNumbers.ReadDecimal, (writer, value) => writer.WriteNumberValue(value)),
                new ExactConverter<DateTimeOffset>(ExactTimes.ReadMoment, (writer, value) => writer.WriteStringValue(value), ExactTimes.TryReadQuickly),
                new ExactConverter<DateTime>(ExactTimes.ReadDateTime, ExactTimes.WriteDateTime, ExactTimes.TryReadQuickly),
                new ExactConverter<DateOnly>(ExactTimes.ReadDate, ExactTimes.WriteDate, ExactTimes.TryReadQuickly),
                new ExactConverter<TimeSpan>(ExactTimes.ReadDuration, ExactTimes.WriteDuration),
            },
        };
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }
}
