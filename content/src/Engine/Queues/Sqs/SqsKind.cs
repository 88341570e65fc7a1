using System.Runtime.CompilerServices;
using TaskQueue.Contracts;

namespace TaskQueue.Queues.Sqs;

/// <summary>Opens sqs://name, sqs://region/name and the URLs of queues.</summary>
internal static class SqsKind
{
    /// <summary>By lambdas: a program that uses another kind of queue loads no assembly of this one.</summary>
    [ModuleInitializer]
    internal static void Register()
    {
        foreach (var scheme in new[] { SqsAddress.Scheme, Uri.UriSchemeHttps, Uri.UriSchemeHttp })
            QueueKinds.Add(scheme, address => Open(address));
    }

    /// <exception cref="TaskQueueException">The address names no standard queue, or no region (78).</exception>
    private static SqsQueue Open(QueueAddress address)
    {
        var queue = SqsAddress.Parse(address);
        var limits = address.Limits;
        if (limits.TaskTimeout > SqsRenewer.LongestVisibility)
            throw new TaskQueueException(
                ExitCode.Configuration,
                $"TASK_TIMEOUT_SECONDS is {limits.TaskTimeout.Value.TotalSeconds:0}, but SQS takes a message back after {SqsRenewer.LongestVisibility.TotalSeconds:0} s.",
                next: "Set TASK_TIMEOUT_SECONDS to 43200 or less, or use another kind of queue for such long tasks.");

        return new SqsQueue(
            queue, SqsClients.Create(queue), SqsClients.CreateForRenewals(queue, limits.Lease), limits, TimeProvider.System);
    }
}
