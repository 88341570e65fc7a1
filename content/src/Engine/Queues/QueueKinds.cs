using TaskQueue.Contracts;
using TaskQueue.Queues.Files;
using TaskQueue.Queues.RabbitMq;
using TaskQueue.Queues.Sqs;

namespace TaskQueue.Queues;

/// <summary>The kinds of queue. A further kind is one folder and one line here.</summary>
public static class QueueKinds
{
    private static readonly Dictionary<string, Func<QueueAddress, ITaskQueue>> ByScheme = new(StringComparer.OrdinalIgnoreCase)
    {
        [FileQueue.Scheme] = FileQueue.Open,
        [RabbitAddress.Scheme] = RabbitQueue.Open,
        [RabbitAddress.TlsScheme] = RabbitQueue.Open,
        [SqsAddress.Scheme] = SqsQueue.Open,
        ["https"] = SqsQueue.Open,
        ["http"] = SqsQueue.Open,
    };

    /// <summary>Opens the queue that TASKQUEUE_PATH names.</summary>
    /// <param name="path">The setting's value.</param>
    /// <param name="projectRoot">Where relative paths start.</param>
    /// <param name="limits">What a broker has to be told of the settings; null for their defaults.</param>
    /// <param name="mayCreate">Whether a queue file is made where there is none; brokers make queues when they are used.</param>
    /// <exception cref="TaskQueueException">No kind has this scheme, or the queue cannot be opened.</exception>
    public static ITaskQueue Open(string path, string projectRoot, QueueLimits? limits = null, bool mayCreate = true)
    {
        var colon = path.IndexOf("://", StringComparison.Ordinal);
        if (colon > 0 && ByScheme.TryGetValue(path[..colon], out var open))
            return open(new QueueAddress(path[..colon].ToLowerInvariant(), path[(colon + 3)..], projectRoot, limits ?? new()) { MayCreate = mayCreate });

        var known = string.Join(", ", ByScheme.Keys.Select(scheme => scheme + "://"));
        throw new TaskQueueException(
            ExitCode.Configuration,
            $"TASKQUEUE_PATH names no known kind of queue: '{(colon > 0 ? path[..(colon + 3)] + "..." : path)}'.",
            next: $"Use one of: {known} (for example fq://queue, a file beside config/).");
    }
}
