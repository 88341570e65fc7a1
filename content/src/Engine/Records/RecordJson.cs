using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using TaskQueue.Records.Journals;
using TaskQueue.Records.Runs;

namespace TaskQueue.Records;

/// <summary>How records are written: snake_case, in the order of their properties, nulls left out.</summary>
[JsonSerializable(typeof(DoneRecord))]
[JsonSerializable(typeof(DoneBefore))]
[JsonSerializable(typeof(FailedRecord))]
[JsonSerializable(typeof(WorkerRecord))]
[JsonSerializable(typeof(RunRecord))]
[JsonSerializable(typeof(RunEnd))]
internal sealed partial class RecordJson : JsonSerializerContext
{
    // A result may use all of the usual 64 levels, and lies one level deeper in its record.
    private const int MaxDepth = 128;

    public static RecordJson Instance { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        MaxDepth = MaxDepth,
    });
}
