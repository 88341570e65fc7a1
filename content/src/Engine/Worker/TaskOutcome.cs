namespace TaskQueue.Worker;

/// <summary>How one attempt ended: what the queue has to be told.</summary>
public enum TaskOutcome
{
    /// <summary>It succeeded and its record is written: acknowledge.</summary>
    Done,

    /// <summary>The row had a done record already: acknowledge.</summary>
    AlreadyDone,

    /// <summary>It failed, and another attempt may follow.</summary>
    Failed,

    /// <summary>It failed for the last time, or can never succeed: park.</summary>
    Parked,

    /// <summary>It was cancelled because the worker leaves: give back, and do not count the attempt.</summary>
    GivenBack,

    /// <summary>The records could not be read or written: give back, do not count the attempt, and pause.</summary>
    StoreFailed,

    /// <summary>Somebody else may have the lease by now: leave the message alone.</summary>
    LeaseLost,
}
