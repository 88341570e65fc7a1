using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace TaskQueue.Reports;

/// <summary>How reports are written as JSON: snake_case, nulls included, so that every key is always there.</summary>
[JsonSerializable(typeof(Status))]
[JsonSerializable(typeof(Failures))]
internal sealed partial class ReportJson : JsonSerializerContext
{
    public static ReportJson Instance { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = true,
    });
}
