namespace TaskQueue.Settings;

/// <summary>TASK_BUILD: what a worker does with rows that another build of the program has queued.</summary>
public enum OtherBuilds
{
    /// <summary>Runs them, and says so once.</summary>
    Warn,

    /// <summary>Runs them.</summary>
    Any,

    /// <summary>Leaves, and gives the row back uncharged.</summary>
    Same,
}
