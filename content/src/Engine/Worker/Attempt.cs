using System.Diagnostics;
using System.Text.Json;
using TaskQueue.Contracts;
using TaskQueue.Queues;
using TaskQueue.Records;

namespace TaskQueue.Worker;

/// <summary>One attempt at a message, from its start to its record.</summary>
public sealed class Attempt(TaskMessage message, int number, WorkerIdentity worker)
{
    private const int MaxMessageCharacters = 2000;

    private readonly DateTimeOffset _started = DateTimeOffset.UtcNow;

    public TaskMessage Message { get; } = message;

    /// <summary>1 for the first.</summary>
    public int Number { get; } = number;

    /// <summary>Whether a failed record of the row is there, of this attempt or an earlier one.</summary>
    public bool IsOnRecord { get; init; }

    /// <summary>What the task wrote; null when it wrote nothing.</summary>
    public byte[]? Log { get; set; }

    public DoneRecord Done(JsonElement result) => new()
    {
        Id = Message.Id,
        Task = Message.Task,
        Run = Message.Run,
        Parameters = Message.Parameters,
        Result = result,
        Started = _started,
        Finished = DateTimeOffset.UtcNow,
        Attempt = Number,
        Worker = worker.Name,
        Build = worker.Build,
        PeakMemoryBytes = PeakMemoryBytes(),
    };

    public FailedRecord Failed(Exception exception, bool park) => Unfinished() with
    {
        Exception = (exception is TaskRejectedException { InnerException: { } inner } ? inner : exception).GetType().FullName,
        Message = OneLine(exception.Message),
        Details = exception.ToString(),
        Parked = park,
        HasEnded = true,
        Finished = DateTimeOffset.UtcNow,
    };

    /// <summary>Says that the attempt ended early and does not count.</summary>
    public FailedRecord GivenBack() => Unfinished() with
    {
        Message = "The worker left before the attempt ended; it does not count.",
        HasEnded = true,
        Finished = DateTimeOffset.UtcNow,
        Attempt = Number - 1,
    };

    /// <summary>Stands for the attempt until it has ended, and for good when its worker dies of it.</summary>
    public FailedRecord Unfinished() => new()
    {
        Id = Message.Id,
        Task = Message.Task,
        Run = Message.Run,
        Parameters = Message.Parameters,
        Message = "The attempt has not ended: it is running, or its worker died.",
        Parked = false,
        HasEnded = false,
        Started = _started,
        Finished = _started,
        Attempt = Number,
        Worker = worker.Name,
        Build = worker.Build,
        PeakMemoryBytes = PeakMemoryBytes(),
    };

    private static string OneLine(string message)
    {
        var line = message.ReplaceLineEndings(" ").Trim();
        return line.Length <= MaxMessageCharacters ? line : line[..MaxMessageCharacters] + "...";
    }

    private static long PeakMemoryBytes()
    {
        using var process = Process.GetCurrentProcess();
        return process.PeakWorkingSet64;
    }
}
