namespace TaskQueue.Worker;

/// <param name="Outcome">How the attempt ended.</param>
/// <param name="Reason">One line that says why, unless it succeeded.</param>
public readonly record struct TaskReport(TaskOutcome Outcome, string Reason = "");
