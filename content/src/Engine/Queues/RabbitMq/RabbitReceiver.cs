using MassTransit;
using MassTransit.RabbitMqTransport;
using MassTransit.RabbitMqTransport.Configuration;
using MassTransit.RabbitMqTransport.Middleware;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace TaskQueue.Queues.RabbitMq;

/// <summary>Receives through MassTransit's transport, and knows the channel that it receives on.</summary>
internal sealed class RabbitReceiver(RabbitBroker broker, Topology topology) : IAsyncDisposable
{
    private const int MaxQueueChecks = 5;
    private static readonly TimeSpan QueueCheckInterval = TimeSpan.FromSeconds(1);

    private readonly string _consumerTag = $"{Environment.MachineName}-{Environment.ProcessId}-{Guid.NewGuid():N}";
    private readonly TaskCompletionSource _broken = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile IChannel? _channel;
    private volatile HeldCountPublisher? _heldCount;
    private volatile bool _isStopped;
    private volatile bool _isLost;
    private volatile ShutdownEventArgs? _timeout;
    private volatile int _held;

    public Task WhenBroken => _broken.Task;

    public event Action<string>? Warned;

    public void Configure(IBusRegistrationContext context, IRabbitMqBusFactoryConfigurator transport, int prefetch, Action<IReceiveEndpointConfigurator, IRegistrationContext> endpoint)
    {
        transport.Host(broker.Address.Host, (ushort)broker.Address.Port, broker.Address.VirtualHost, host =>
            host.OnRefreshConnectionFactory = factory =>
            {
                broker.Configure(factory);
                return Task.CompletedTask;
            });
        transport.ReceiveEndpoint(topology.Tasks, receive =>
        {
            receive.ConfigureConsumeTopology = false;
            receive.PublishFaults = false;
            receive.PrefetchCount = prefetch;
            // One more: while all others run tasks, the client must still hear that the queue was deleted.
            receive.ConcurrentMessageLimit = prefetch + 1;
            receive.OverrideConsumerTag(_consumerTag);
            receive.ConfigureChannel(channel => channel.UseExecuteAsync(context => AttachAsync(context, ((RabbitMqReceiveEndpointConfiguration)receive).Settings)));
            endpoint(receive, context);
        });
    }

    public async Task StopAsync()
    {
        _isStopped = true;
        if (_channel is not { IsOpen: true } channel)
            return;
        try
        {
            await channel.BasicCancelAsync(_consumerTag);
        }
        catch (Exception e) when (RabbitErrors.IsOfBroker(e))
        {
            // Then nothing is received either.
        }
    }

    public void ShowHeld(int messages)
    {
        _held = messages;
        _heldCount?.Publish(messages);
    }

    public bool IsStillHeld(ReceiveContext message) =>
        !message.CancellationToken.IsCancellationRequested
        && message.TryGetPayload(out ChannelContext? context) && context.Channel is { IsOpen: true }
        && _heldCount?.IsAlive() == true;

    /// <summary>Of all that was held on a channel, one message was held for too long; the broker does not say which.</summary>
    public string? ReasonOfLoss(TimeSpan held) =>
        _timeout is { } timeout && (RabbitErrors.AcknowledgementTimeout(timeout) is not { } limit || held > limit / 2) ? topology.Warning(timeout) : null;

    public async ValueTask DisposeAsync()
    {
        if (_heldCount is { } heldCount)
            await heldCount.DisposeAsync();
    }

    /// <summary>Runs on every new channel, before it consumes.</summary>
    private async Task AttachAsync(ChannelContext context, ReceiveSettings settings)
    {
        // Ends MassTransit's attempts to consume once more after StopAsync.
        if (_isStopped)
            throw new OperationCanceledException("No more messages are received.");
        if (_heldCount is not null)
            await Task.Delay(RabbitBroker.Recovery, context.CancellationToken);
        // In place of MassTransit's topology, which would add an exchange and make a deleted queue again.
        await context.OneTimeSetup<ConfigureTopologyContext<ReceiveSettings>>(async () =>
        {
            context.GetOrAddPayload(() => settings);
            await EnsureQueueAsync(context.ConnectionContext.Connection);
        });
        if (_heldCount is { } earlier)
            await earlier.DisposeAsync();
        context.Channel.ChannelShutdownAsync += WarnAsync;
        var heldCount = new HeldCountPublisher(context.ConnectionContext.Connection, topology.Held);
        heldCount.Start();
        heldCount.Publish(_held);
        (_heldCount, _channel) = (heldCount, context.Channel);
        if (_isLost)
            Warned?.Invoke($"The connection to {broker.Address.Broker} is there again");
        _isLost = false;
    }

    private Task WarnAsync(object sender, ShutdownEventArgs reason)
    {
        _isLost = reason.Initiator != ShutdownInitiator.Application && !_isStopped;
        _timeout = RabbitErrors.IsAcknowledgementTimeout(reason) ? reason : null;
        if (_isLost)
            Warned?.Invoke(topology.Warning(reason)
                ?? $"The connection to {broker.Address.Broker} was lost, and with it the tasks of this worker: others may run them. {reason.ReplyText}");
        return Task.CompletedTask;
    }

    /// <summary>A purge deletes the queue and makes it again; delete-queue does not.</summary>
    private async Task EnsureQueueAsync(IConnection connection)
    {
        for (var check = 1; ; check++)
        {
            await using var channel = await connection.CreateChannelAsync();
            try
            {
                await channel.QueueDeclarePassiveAsync(topology.Tasks);
                return;
            }
            catch (Exception e) when (RabbitErrors.IsMissingQueue(e) && check < MaxQueueChecks)
            {
                await Task.Delay(QueueCheckInterval);
            }
            catch (Exception e) when (RabbitErrors.IsMissingQueue(e))
            {
                _broken.TrySetException(RabbitErrors.Deleted(broker.Address, e));
                throw;
            }
        }
    }
}
