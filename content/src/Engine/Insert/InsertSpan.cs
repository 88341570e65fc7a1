using System.Diagnostics;
using TaskQueue.Contracts;
using TaskQueue.Records.Runs;
using TaskQueue.Telemetry;

namespace TaskQueue.Insert;

/// <summary>The span of an insert, from its first message to its last. Its tasks are linked to it: the run's record has its traceparent.</summary>
/// <param name="location">The queue's address.</param>
internal sealed class InsertSpan(string location)
{
    private const string Operation = "send";

    private readonly Destination _queue = Destination.Of(location);
    private Activity? _span;

    /// <returns>The record with the span in it; as it was when nobody listens.</returns>
    public RunRecord Begin(RunRecord run)
    {
        _span = _queue.Start(Operation, ActivityKind.Producer);
        _span?.SetTag("taskqueue.run", run.Run).SetTag("taskqueue.task", run.Task);
        return _span is null ? run : run with { TraceParent = _span.Id };
    }

    /// <summary>Counts messages that are durable in the queue.</summary>
    public void Add(int messages)
    {
        if (Instruments.Sent.Enabled)
            Instruments.Sent.Add(messages, _queue.TagsOf(Operation));
    }

    /// <summary>Queues the messages, and ends the span as that ends.</summary>
    public async Task<InsertReport> WhileAsync(Func<Task<InsertReport>> insert)
    {
        using (_span)
        {
            try
            {
                var report = await insert();
                _span?.SetTag("messaging.batch.message_count", report.Queued);
                return report;
            }
            catch (Exception e)
            {
                _span?.SetTag("error.type", e.GetType().FullName).SetStatus(ActivityStatusCode.Error, TaskQueueException.Summarize(e));
                throw;
            }
        }
    }
}
