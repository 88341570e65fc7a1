using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace TaskQueue.Reports;

/// <summary>How reports are written as JSON, in snake_case.</summary>
[JsonSerializable(typeof(Status))]
[JsonSerializable(typeof(Failures))]
[JsonSerializable(typeof(ResultRow))]
[JsonSerializable(typeof(LocalLine))]
internal sealed partial class ReportJson : JsonSerializerContext
{
    /// <summary>A report over several lines: nulls included, so that every key is always there.</summary>
    public static ReportJson Whole { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = true,
    });

    /// <summary>A row on a line: nulls left out. A result may use all of the usual 64 levels, and lies deeper in its row.</summary>
    public static ReportJson Line { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        MaxDepth = 128,
    });
}
