using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace TaskQueue.Reports;

/// <summary>How rows are written as JSON lines: snake_case, nulls left out.</summary>
[JsonSerializable(typeof(ResultRow))]
[JsonSerializable(typeof(LocalLine))]
internal sealed partial class RowJson : JsonSerializerContext
{
    // A result may use all of the usual 64 levels, and lies deeper in its row.
    private const int MaxDepth = 128;

    public static RowJson Instance { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        MaxDepth = MaxDepth,
    });
}
