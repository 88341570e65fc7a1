using System.Runtime.CompilerServices;

namespace TaskQueue.Queues.RabbitMq;

/// <summary>Opens amqp://host/queue and amqps://host/queue; the broker is asked when it is needed.</summary>
internal static class RabbitKind
{
    /// <summary>By lambdas: a program that uses another kind of queue loads no assembly of this one.</summary>
    [ModuleInitializer]
    internal static void Register()
    {
        QueueKinds.Add(RabbitAddress.Scheme, address => new RabbitQueue(address));
        QueueKinds.Add(RabbitAddress.TlsScheme, address => new RabbitQueue(address));
    }
}
