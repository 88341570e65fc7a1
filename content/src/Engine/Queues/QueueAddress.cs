namespace TaskQueue.Queues;

/// <summary>Where a queue is.</summary>
/// <param name="Path">What follows the scheme in TASKQUEUE_PATH.</param>
/// <param name="ProjectRoot">Where relative paths start.</param>
public sealed record QueueAddress(string Path, string ProjectRoot);
