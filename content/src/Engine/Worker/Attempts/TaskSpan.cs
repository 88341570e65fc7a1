using System.Diagnostics;
using TaskQueue.Contracts;
using TaskQueue.Queues;
using TaskQueue.Telemetry;

namespace TaskQueue.Worker.Attempts;

/// <summary>The span of one task, linked to that of its insert, and what it adds to the metrics. Made only when somebody listens.</summary>
internal sealed class TaskSpan
{
    private const string Operation = "process";

    private readonly Activity? _span;
    private readonly TagList _tags;
    private readonly long _started = Stopwatch.GetTimestamp();
    private TimeSpan _time;

    private TaskSpan(Destination queue, TaskMessage message, WorkerIdentity worker)
    {
        _tags = queue.TagsOf(Operation);
        _tags.Add("taskqueue.task", message.Task);
        Instruments.Running.Add(1, _tags);
        _span = queue.Start(Operation, ActivityKind.Consumer);
        if (_span is { IsAllDataRequested: true })
            _span.SetTag("messaging.message.id", message.Id).SetTag("taskqueue.task", message.Task).SetTag("taskqueue.run", message.Run)
                .SetTag("taskqueue.row", message.Row).SetTag("taskqueue.worker", worker.Name);
    }

    /// <param name="queue">Where the message came from; null when it came from none.</param>
    /// <param name="message">Which task, which row.</param>
    /// <param name="worker">Who runs it.</param>
    /// <returns>Null when nobody listens.</returns>
    public static TaskSpan? Begin(Destination? queue, TaskMessage message, WorkerIdentity worker) =>
        queue is not null && Instruments.AreWanted ? new TaskSpan(queue, message, worker) : null;

    /// <summary>A message is one of many of its insert, and other traces can have it too: so a link, and no parent.</summary>
    public void LinkTo(KnownRun run)
    {
        if (run.Insert is { } insert)
            _span?.AddLink(new ActivityLink(insert));
    }

    public void Number(int attempt) => _span?.SetTag("taskqueue.attempt", attempt);

    /// <summary>The task has ended; how, is said when that is recorded.</summary>
    public void EndWith(Task<TaskReport> report)
    {
        _time = Stopwatch.GetElapsedTime(_started);
        Instruments.Running.Add(-1, _tags);
        _span?.SetEndTime(DateTime.UtcNow);
        if (report.IsCompletedSuccessfully)
            End(report.Result);
        else
            report.ContinueWith(recorded => End(recorded.Result), CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);
    }

    private void End(TaskReport report)
    {
        var tags = _tags;
        var error = ErrorOf(report);
        if (error is not null)
            tags.Add("error.type", error);
        if (report.Outcome == TaskOutcome.Done)
            Instruments.Done.Add(1, tags);
        else if (report.Outcome is TaskOutcome.Failed or TaskOutcome.Parked)
            Instruments.Failed.Add(1, tags);
        if (report.Outcome is not (TaskOutcome.AlreadyDone or TaskOutcome.Dropped or TaskOutcome.Split))
            Instruments.Duration.Record(_time.TotalSeconds, tags);
        if (_span is null)
            return;

        _span.SetTag("taskqueue.outcome", NameOf(report.Outcome));
        if (error is not null)
            _span.SetTag("error.type", error).SetStatus(ActivityStatusCode.Error, report.Reason);
        if (report.Exception is { } exception)
            _span.AddException(exception);
        _span.Stop();
    }

    /// <returns>Null when it went well, or nobody's fault is to be told.</returns>
    private static string? ErrorOf(TaskReport report) => report.Outcome switch
    {
        TaskOutcome.LeaseLost => NameOf(report.Outcome),
        TaskOutcome.Failed or TaskOutcome.Parked => report.Exception switch
        {
            TaskRejectedException { InnerException: { } inner } => inner.GetType().FullName,
            { } exception => exception.GetType().FullName,
            null => NameOf(report.Outcome),
        },
        _ => null,
    };

    private static string NameOf(TaskOutcome outcome) => outcome switch
    {
        TaskOutcome.Done => "done",
        TaskOutcome.AlreadyDone => "already_done",
        TaskOutcome.Dropped => "dropped",
        TaskOutcome.Failed => "failed",
        TaskOutcome.Parked => "parked",
        TaskOutcome.GivenBack => "given_back",
        TaskOutcome.Split => "split",
        _ => "lease_lost",
    };
}
