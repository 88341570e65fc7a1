using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using TaskQueue.Reports.History;
using TaskQueue.Reports.Results;
using TaskQueue.Reports.Runs;

namespace TaskQueue.Reports;

/// <summary>How reports are written as JSON, in snake_case.</summary>
[JsonSerializable(typeof(Status))]
[JsonSerializable(typeof(IReadOnlyList<RunLine>))]
[JsonSerializable(typeof(Failures))]
[JsonSerializable(typeof(ResultRow))]
[JsonSerializable(typeof(MissingLine))]
[JsonSerializable(typeof(LocalLine))]
[JsonSerializable(typeof(RunCourse))]
internal sealed partial class ReportJson : JsonSerializerContext
{
    /// <summary>A report over several lines: nulls included, so that every key is always there.</summary>
    public static ReportJson Whole { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Converters = { new JsonStringEnumConverter<RunState>(JsonNamingPolicy.SnakeCaseLower) },
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = true,
    });

    /// <summary>A row on a line: nulls left out. A result may use all of the usual 64 levels, and lies deeper in its row.</summary>
    public static ReportJson Line { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Converters = { new JsonStringEnumConverter<LaneState>(JsonNamingPolicy.SnakeCaseLower) },
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        MaxDepth = 128,
    });
}
