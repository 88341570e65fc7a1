using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using RabbitMQ.Client.Exceptions;
using TaskQueue.Contracts;

namespace TaskQueue.Queues.RabbitMq;

/// <summary>The queues that belong to one task queue: declared alike by all that insert, work or ask.</summary>
/// <remarks>
/// Queues for the tasks, for the parked ones, for those that rest, and one that never holds a message. On the last one, each
/// worker keeps as many idle consumers as it holds tasks. Every client of AMQP can count consumers.
/// </remarks>
internal sealed class Topology(RabbitBroker broker, QueueLimits limits)
{
    /// <summary>Deliveries beyond TQ_MAX_ATTEMPTS: a net for crash loops, wide enough for workers that leave early.</summary>
    private const int SpareDeliveries = 20;

    /// <summary>Each listing of the parked tasks is one more delivery: the limit must never be met, nor be the broker's own.</summary>
    private const int NoDeliveryLimit = 1_000_000_000;

    /// <summary>Between the end of an attempt's time and the acknowledgement: cancelling, writing the records, trying again.</summary>
    private static readonly TimeSpan AcknowledgeMargin = TimeSpan.FromMinutes(10);

    /// <summary>The broker's timeout for tasks that have no limit.</summary>
    private static readonly TimeSpan Endless = TimeSpan.FromDays(24);

    /// <summary>What brokers allow between delivery and acknowledgement unless told otherwise (consumer_timeout).</summary>
    private static readonly TimeSpan DefaultConsumerTimeout = TimeSpan.FromMinutes(30);

    /// <summary>At-least-once dead-lettering is part of quorum queues since then.</summary>
    private static readonly Version Oldest = new(3, 10);

    /// <summary>x-consumer-timeout is an argument of queues since then.</summary>
    private static readonly Version ConsumerTimeoutPerQueue = new(3, 12);

    public string Tasks { get; } = broker.Address.Queue;

    public string Parked { get; } = broker.Address.Queue + "_dead";

    public string Held { get; } = broker.Address.Queue + "_held";

    /// <summary>Where messages rest before their next attempt, by the longest rest in each, in seconds.</summary>
    /// <remarks>
    /// The broker looks at the first message of a queue only. So a rest may last as long as the longest in its queue, and
    /// several queues keep short rests from waiting behind long ones.
    /// </remarks>
    public IReadOnlyList<(int Seconds, string Name)> Rests { get; } = [.. ((int[])[10, 120, 1800, 43_200]).Select(seconds => (seconds, $"{broker.Address.Queue}_rest_{seconds}"))];

    /// <summary>All names, those first without which the others have no use.</summary>
    public IEnumerable<string> Queues => [Tasks, Parked, Held, .. Rests.Select(rest => rest.Name)];

    /// <summary>How long the broker has to wait for an acknowledgement before it may close the channel.</summary>
    private TimeSpan ConsumerTimeout => limits.TaskTimeout is { } limit ? limit + AcknowledgeMargin : Endless;

    /// <summary>Makes the queues where there are none.</summary>
    /// <exception cref="TaskQueueException">They exist with arguments that cannot be used (exit code 78).</exception>
    public async Task DeclareAsync(CancellationToken cancellationToken) => await broker.AskAsync(async () =>
    {
        var connection = await broker.GetConnectionAsync(cancellationToken);
        var version = RabbitBroker.VersionOf(connection);
        if (version < Oldest)
            throw new TaskQueueException(
                ExitCode.Configuration, $"The broker is RabbitMQ {version}; tasks are safe on {Oldest} and later.", $"At {broker.Address.Broker}",
                "Have the broker upgraded, or use another queue.");

        await DeclareAsync(connection, Parked, new() { [QueueArguments.QueueType] = "quorum", [QueueArguments.DeliveryLimit] = NoDeliveryLimit }, cancellationToken);
        await DeclareAsync(connection, Held, new() { [QueueArguments.QueueType] = "classic" }, cancellationToken);
        await DeclareAsync(connection, Tasks, ArgumentsOfTasks(version), cancellationToken);
        await Task.WhenAll(Rests.Select(rest => DeclareAsync(connection, rest.Name, DeadLetteringTo(Tasks), cancellationToken)));
        return true;
    });

    /// <summary>Holds what there is under the name of the tasks' queue against what this project declares.</summary>
    /// <exception cref="TaskQueueException">It cannot be used, as a classic queue (exit code 78).</exception>
    public async Task CompareAsync(CancellationToken cancellationToken) => await broker.AskAsync(async () =>
    {
        var connection = await broker.GetConnectionAsync(cancellationToken);
        await DeclareAsync(connection, Tasks, ArgumentsOfTasks(RabbitBroker.VersionOf(connection)), cancellationToken);
        return true;
    });

    /// <summary>What the person who runs the broker should change for these settings.</summary>
    /// <returns>One line; null when all is well.</returns>
    public string? Warning(IConnection connection)
    {
        var version = RabbitBroker.VersionOf(connection);
        if (version >= ConsumerTimeoutPerQueue || ConsumerTimeout <= DefaultConsumerTimeout)
            return null;
        return FormattableString.Invariant(
            $"RabbitMQ {version} takes a task back that runs longer than its consumer_timeout ({DefaultConsumerTimeout.TotalMinutes:0} minutes unless it was changed). ")
            + ConsumerTimeoutAdvice;
    }

    /// <returns>What to change, if this is why the broker closed a channel: a task ran longer than it waits; else null.</returns>
    public string? Warning(ShutdownEventArgs reason) =>
        RabbitErrors.IsAcknowledgementTimeout(reason)
            ? "RabbitMQ took the task back: it ran longer than the broker's consumer_timeout. " + ConsumerTimeoutAdvice
            : null;

    private string ConsumerTimeoutAdvice => FormattableString.Invariant(
        $"For TASK_TIMEOUT_SECONDS={limits.TaskTimeout?.TotalSeconds ?? 0:0}, put this into rabbitmq.conf: consumer_timeout = {ConsumerTimeout.TotalMilliseconds:0}");

    private Dictionary<string, object?> ArgumentsOfTasks(Version version)
    {
        var arguments = DeadLetteringTo(Parked);
        arguments[QueueArguments.DeliveryLimit] = limits.MaxAttempts + SpareDeliveries;
        if (version >= ConsumerTimeoutPerQueue)
            arguments[QueueArguments.ConsumerTimeout] = (long)ConsumerTimeout.TotalMilliseconds;
        return arguments;
    }

    private static Dictionary<string, object?> DeadLetteringTo(string queue) => new()
    {
        [QueueArguments.QueueType] = "quorum",
        ["x-dead-letter-exchange"] = "",
        ["x-dead-letter-routing-key"] = queue,
        ["x-dead-letter-strategy"] = "at-least-once",
        // At-least-once needs it; without a length limit, nothing overflows.
        ["x-overflow"] = "reject-publish",
    };

    private async Task DeclareAsync(IConnection connection, string queue, Dictionary<string, object?> wanted, CancellationToken cancellationToken)
    {
        var arguments = new QueueArguments(wanted);
        while (true)
        {
            await using var channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
            try
            {
                await channel.QueueDeclareAsync(
                    queue, durable: true, exclusive: false, autoDelete: false, arguments.Current, cancellationToken: cancellationToken);
                if (!arguments.AreUsable)
                    throw arguments.Refuse(queue, broker.Address.Broker);
                return;
            }
            catch (OperationInterruptedException e) when (RabbitErrors.IsOtherArguments(e))
            {
                // The broker names one difference at a time.
                if (!arguments.ReadDifference(e.ShutdownReason!.ReplyText))
                    throw arguments.Refuse(queue, broker.Address.Broker, e.ShutdownReason.ReplyText);
            }
        }
    }
}
