using System.Text.Json;
using TaskQueue.Binding;
using TaskQueue.Contracts;
using TaskQueue.Logging;
using TaskQueue.Queues;
using TaskQueue.Records;

namespace TaskQueue.Worker.Attempts;

/// <summary>One attempt at a message, from its start to its record.</summary>
internal sealed class Attempt(TaskMessage message, KnownRun run, int number, TaskLimits limits, WorkerIdentity worker, TimeProvider clock) : IDisposable
{
    private const int MaxMessageCharacters = 2000;

    private const int CpuDigits = 4;

    private static readonly JsonElement Null = JsonElement.Parse("null"u8);

    private readonly DateTimeOffset _started = clock.GetUtcNow();
    private readonly TimeSpan _cpuBefore = ProcessUsage.CpuTime;

    public TaskMessage Message { get; } = message;

    public KnownRun Run { get; } = run;

    /// <summary>1 for the first.</summary>
    public int Number { get; } = number;

    public TaskLimits Limits { get; } = limits;

    /// <summary>What the task writes.</summary>
    public TaskLog Log { get; } = new(message.Id);

    /// <summary>Its place beside the other attempts, or alone; null when the queue counts attempts, and sees to that itself.</summary>
    public IDisposable? Place { get; init; }

    /// <summary>Whether an earlier attempt may have killed its worker.</summary>
    public bool IsSuspect { get; init; }

    /// <summary>Whether the attempt is recorded before it starts.</summary>
    public bool IsOnRecord { get; init; }

    /// <summary>The failed record that it replaces.</summary>
    public FailedRecord? Earlier { get; init; }

    public void Dispose() => Place?.Dispose();

    /// <param name="result">What the task returned.</param>
    /// <param name="stored">Where that is, when it is long.</param>
    /// <param name="log">What it wrote, when that is short.</param>
    public DoneRecord Done(JsonElement result, StoredJson? stored, string? log) => new()
    {
        Id = Message.Id,
        Again = Run.Again,
        Row = Message.Row,
        Task = Message.Task,
        Run = Run.Name,
        Parameters = Message.Parameters,
        Payload = Message.Payload,
        Result = stored is null ? result : Null,
        StoredResult = stored,
        CpuSeconds = Math.Round((ProcessUsage.CpuTime - _cpuBefore).TotalSeconds, CpuDigits),
        Log = log,
        Started = _started,
        Finished = clock.GetUtcNow(),
        Attempt = Number,
        Worker = worker.Name,
        Build = worker.Build,
        PeakMemoryBytes = ProcessUsage.PeakMemory,
    };

    public FailedRecord Failed(Exception exception, bool park) => Ended(exception.Message) with
    {
        Exception = (exception is TaskRejectedException or TaskRetryException && exception.InnerException is { } inner ? inner : exception).GetType().FullName,
        Details = exception.ToString(),
        Parked = park,
    };

    /// <summary>How long it has been running.</summary>
    public TimeSpan Elapsed => clock.GetUtcNow() - _started;

    /// <summary>The queue took the task back, and says why.</summary>
    public FailedRecord Lost(string reason) => Ended(reason) with { Exception = typeof(TimeoutException).FullName };

    /// <summary>Its last allowed attempt ended with its worker, not in it: the row is out of attempts.</summary>
    /// <param name="attempts">How many were allowed.</param>
    public FailedRecord Died(int attempts) => Earlier is { HasEnded: true, Exception: not null }
        ? Earlier with { Attempt = attempts, Parked = true }
        : Ended($"Its worker died, or lost the task, in the last of {attempts} attempts.") with { Attempt = attempts, Parked = true };

    /// <summary>Says that the attempt ended early and does not count.</summary>
    /// <param name="reason">Why the task gave its row back; empty when the worker left.</param>
    public FailedRecord GivenBack(string reason = "") =>
        Ended(reason == "" ? "The worker left before the attempt ended; it does not count." : $"Given back by its task: {reason}") with { Attempt = Number - 1 };

    /// <summary>Stands for the attempt until it has ended, and for good when its worker dies of it.</summary>
    public FailedRecord Unfinished() => new()
    {
        Id = Message.Id,
        Row = Message.Row,
        Task = Message.Task,
        Run = Run.Name,
        Parameters = Message.Parameters,
        Payload = Message.Payload,
        Message = "The attempt has not ended: it is running, or its worker died.",
        Parked = false,
        HasEnded = false,
        Started = _started,
        Finished = _started,
        Attempt = Number,
        Worker = worker.Name,
        Build = worker.Build,
        PeakMemoryBytes = ProcessUsage.PeakMemory,
    };

    private FailedRecord Ended(string message) => Unfinished() with
    {
        Message = OneLine(message),
        HasEnded = true,
        Finished = clock.GetUtcNow(),
    };

    private static string OneLine(string message)
    {
        var line = message.ReplaceLineEndings(" ").Trim();
        return line.Length <= MaxMessageCharacters ? line : line[..MaxMessageCharacters] + "...";
    }
}
