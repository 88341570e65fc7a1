using TaskQueue.Contracts;

namespace TaskQueue.Queues;

/// <summary>Where a queue is, and what it is made with.</summary>
/// <param name="Scheme">What stands before <c>://</c> in TASKQUEUE_PATH, in lower case.</param>
/// <param name="Path">What follows it.</param>
/// <param name="ProjectRoot">Where relative paths start.</param>
/// <param name="Limits">What a broker has to be told of the settings.</param>
public sealed record QueueAddress(string Scheme, string Path, string ProjectRoot, QueueLimits Limits)
{
    /// <summary>Whether opening a queue file makes it where there is none.</summary>
    public bool MayCreate { get; init; } = true;
}
