namespace TaskQueue.Contracts;

/// <summary>
/// Told of moments between two steps, at which a test may end the process. A project has no use for it: outside of tests
/// nobody registers one.
/// </summary>
public interface IFailPoints
{
    void Pass(FailPoint point);
}

public enum FailPoint
{
    /// <summary>A message is in this worker's hands; nothing was done about it.</summary>
    AfterLease,

    /// <summary>The task has ended well; nothing was written.</summary>
    BeforeResult,

    /// <summary>The log is written, the record is not.</summary>
    MidResult,

    /// <summary>The record is written; the queue does not know.</summary>
    AfterResult,

    /// <summary>The queue is about to be told.</summary>
    BeforeAcknowledge,

    /// <summary>The queue was told.</summary>
    AfterAcknowledge,

    /// <summary>Some messages of an insert were handed to the queue, others were not.</summary>
    MidBatch,
}
