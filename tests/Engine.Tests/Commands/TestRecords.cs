using System.Text.Json;
using TaskQueue.Records;

namespace TaskQueue.Tests.Commands;

/// <summary>Records as a worker would have written them.</summary>
internal static class TestRecords
{
    public static DateTimeOffset Noon { get; } = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);

    /// <param name="id">The row.</param>
    /// <param name="parameters">JSON.</param>
    /// <param name="result">JSON.</param>
    public static DoneRecord Done(string id, string parameters = "{}", string result = "null") => new()
    {
        Id = id,
        Task = CommandProject.Task,
        Parameters = Json(parameters),
        Result = Json(result),
        Started = Noon,
        Finished = Noon.AddSeconds(1.5),
        Attempt = 1,
        Worker = "w1",
        Build = "b1",
        PeakMemoryBytes = 1,
    };

    public static FailedRecord Failed(string id, string message) => new()
    {
        Id = id,
        Task = CommandProject.Task,
        Parameters = Json("{}"),
        Exception = "System.IO.InvalidDataException",
        Message = message,
        Details = $"System.IO.InvalidDataException: {message}\n   at Somewhere()",
        Parked = true,
        Started = Noon,
        Finished = Noon,
        Attempt = 5,
        Worker = "w1",
        Build = "b1",
        PeakMemoryBytes = 1,
    };

    public static WorkerRecord Worker(string name, DateTimeOffset updated, double perSecond = 0, long done = 0) => new()
    {
        Worker = name,
        Host = "h",
        ProcessId = 1,
        Build = "b1",
        Started = updated,
        Updated = updated,
        Concurrency = 1,
        Running = 1,
        Done = done,
        Failed = 0,
        Skipped = 0,
        PerSecond = perSecond,
    };

    private static JsonElement Json(string text) => JsonDocument.Parse(text).RootElement;
}
