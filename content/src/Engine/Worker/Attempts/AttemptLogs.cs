using Microsoft.Extensions.Logging;
using TaskQueue.Contracts;
using TaskQueue.Records;

namespace TaskQueue.Worker.Attempts;

/// <summary>Keeps what tasks write, in files: long logs, those of failures, and what a running task has written so far.</summary>
internal sealed class AttemptLogs(RecordStore records, WorkerLifetime lifetime, TimeProvider clock, ILogger<AttemptLogs> logger)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan IntervalOfSuspects = TimeSpan.FromMilliseconds(200);

    public Task WriteAsync(Attempt attempt, CancellationToken stop) => attempt.Log.ToUtf8() is { } text
        ? records.WriteLogAsync(attempt.Message.Task, attempt.Run.Name, attempt.Message.Id, text, stop)
        : Task.CompletedTask;

    /// <summary>Saves what the task has written so far, so that it is there when the worker dies.</summary>
    /// <param name="attempt">Which attempt.</param>
    /// <param name="running">Ends with it.</param>
    public async Task SaveUntilAsync(Attempt attempt, Task running)
    {
        var saved = 0;
        var interval = attempt.IsSuspect ? IntervalOfSuspects : Interval;
        while (true)
        {
            try
            {
                await running.WaitAsync(interval, clock);
                return;
            }
            catch (TimeoutException) when (!running.IsCompleted)
            {
                if (attempt.Log.Length is var length && length > saved && await TrySaveAsync(attempt))
                    saved = length;
            }
        }
    }

    private async Task<bool> TrySaveAsync(Attempt attempt)
    {
        try
        {
            await WriteAsync(attempt, lifetime.Deadline);
            return true;
        }
        catch (Exception e)
        {
            logger.LogDebug(e, "The log of {Id} cannot be saved while it runs", Printable.Of(attempt.Message.Id));
            return false;
        }
    }
}
