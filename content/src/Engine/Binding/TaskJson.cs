using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace TaskQueue.Binding;

/// <summary>How parameters and results are written as JSON.</summary>
public static class TaskJson
{
    /// <summary>
    /// snake_case names; missing and null values are refused where the parameters record allows none; decimals may be
    /// strings, NaN and infinities are the strings of those names; enums by name.
    /// </summary>
    public static JsonSerializerOptions Options { get; } = Create();

    private static JsonSerializerOptions Create()
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.General)
        {
            PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
            NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals | JsonNumberHandling.AllowReadingFromString,
            RespectNullableAnnotations = true,
            RespectRequiredConstructorParameters = true,
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            Converters = { new JsonStringEnumConverter(), new DurationConverter() },
        };
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }
}
