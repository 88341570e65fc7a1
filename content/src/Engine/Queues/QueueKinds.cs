using TaskQueue.Collections;
using TaskQueue.Contracts;
using TaskQueue.Queues.Files;

namespace TaskQueue.Queues;

/// <summary>The kinds of queue. A further kind is a folder that registers itself here.</summary>
public static class QueueKinds
{
    private static readonly KindRegistry<Func<QueueAddress, ITaskQueue>> Kinds = new((FileQueue.Scheme, FileQueue.Open));

    internal static void Add(string scheme, Func<QueueAddress, ITaskQueue> open) => Kinds.Add(scheme, open);

    /// <summary>Opens the queue that TASKQUEUE_PATH names.</summary>
    /// <param name="path">The setting's value.</param>
    /// <param name="projectRoot">Where relative paths start.</param>
    /// <param name="limits">What a broker has to be told of the settings; null for their defaults.</param>
    /// <param name="mayCreate">Whether a queue file is made where there is none; brokers make queues when they are used.</param>
    /// <exception cref="TaskQueueException">No kind has this scheme, or the queue cannot be opened.</exception>
    public static ITaskQueue Open(string path, string projectRoot, QueueLimits? limits = null, bool mayCreate = true)
    {
        var colon = path.IndexOf("://", StringComparison.Ordinal);
        if (colon > 0 && Kinds.Find(path[..colon]) is { } open)
            return open(new QueueAddress(path[..colon].ToLowerInvariant(), path[(colon + 3)..], projectRoot, limits ?? new()) { MayCreate = mayCreate });

        var known = string.Join(", ", Kinds.All.Select(kind => kind.Key + "://"));
        throw new TaskQueueException(
            ExitCode.Configuration,
            $"TASKQUEUE_PATH names no known kind of queue: '{(colon > 0 ? path[..(colon + 3)] + "..." : path)}'.",
            next: $"Use one of: {known} (for example fq://queue, a file beside config/).");
    }
}
