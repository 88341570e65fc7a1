using System.Globalization;
using MassTransit;
using RabbitMQ.Client;
using TaskQueue.Contracts;

namespace TaskQueue.Queues.RabbitMq;

/// <summary>A quorum queue on RabbitMQ. Confirmed messages are on disk on most of its nodes.</summary>
/// <remarks>
/// A message belongs to the connection on which it was delivered. There is no lease to renew: when the connection ends,
/// the broker gives the message to the next worker at once.
/// </remarks>
public sealed class RabbitQueue : IConsumedQueue
{
    /// <summary>Brokers take 16 MiB and more; but a queue that is moved to SQS, or is one day, holds no more than this.</summary>
    private const int MaxMessageBytes = 1 << 20;

    /// <summary>The broker has told every consumer by then that its queue is gone; a worker waits longer for it to come back.</summary>
    private static readonly TimeSpan DeletionNotice = TimeSpan.FromSeconds(1);

    /// <summary>Each takes a channel, and a broker allows so many.</summary>
    private const int RestsAtOnce = 16;

    private readonly RabbitBroker _broker;
    private readonly SemaphoreSlim _rests = new(RestsAtOnce);
    private readonly Topology _topology;
    private readonly ParkedMessages _parked;
    private readonly RabbitReceiver _receiver;

    /// <exception cref="TaskQueueException">It is no address of a queue on RabbitMQ.</exception>
    internal RabbitQueue(QueueAddress address)
    {
        _broker = new RabbitBroker(RabbitAddress.Parse(address));
        _topology = new Topology(_broker, address.Limits);
        _parked = new ParkedMessages(_broker, _topology);
        _receiver = new RabbitReceiver(_broker, _topology);
    }

    public string Location => _broker.Address.Location;

    public Task WhenBroken => _receiver.WhenBroken;

    public event Action<string>? Warned
    {
        add => _receiver.Warned += value;
        remove => _receiver.Warned -= value;
    }

    /// <summary>How long an insert waits for a broker that does not go on.</summary>
    internal InsertTimeouts Timeouts { get; init; } = new();

    /// <summary>A wrong address shall be known before a large table is read.</summary>
    public async ValueTask<int> GetMaxMessageBytesAsync(CancellationToken cancellationToken)
    {
        await _topology.DeclareAsync(cancellationToken);
        return MaxMessageBytes;
    }

    /// <summary>An insert would make it as well.</summary>
    public async Task<IReadOnlyList<string>> CreateAsync(CancellationToken cancellationToken)
    {
        await _topology.DeclareAsync(cancellationToken);
        return [];
    }

    public Task InsertAsync(
        IEnumerable<QueuedMessage> messages, Action<InsertedBatch> confirmed, CancellationToken cancellationToken) =>
        Task.Run(
            async () =>
            {
                await _topology.DeclareAsync(cancellationToken);
                await new RabbitInserter(_broker, _topology.Tasks, Timeouts, confirmed).RunAsync(messages, cancellationToken);
            },
            cancellationToken);

    public async Task<IReadOnlyList<string>> FindWarningsAsync(CancellationToken cancellationToken)
    {
        // A queue that is not there is an error; comparing would make it.
        await CountAsync(cancellationToken);
        await _topology.CompareAsync(cancellationToken);
        return await AdviseAsync(cancellationToken);
    }

    public async Task<QueueCounts> CountAsync(CancellationToken cancellationToken)
    {
        var tasks = await FindAsync(_topology.Tasks, cancellationToken) ?? throw RabbitErrors.Missing(_broker.Address);
        var held = await FindAsync(_topology.Held, cancellationToken);
        var parked = await FindAsync(_topology.Parked, cancellationToken);
        var resting = await Task.WhenAll(_topology.Rests.Select(rest => FindAsync(rest.Name, cancellationToken)));
        return new QueueCounts(tasks.MessageCount + resting.Sum(queue => queue?.MessageCount ?? 0L), held?.ConsumerCount ?? 0, parked?.MessageCount ?? 0);
    }

    public IAsyncEnumerable<ParkedMessage> ListParkedMessagesAsync(CancellationToken cancellationToken) => _parked.ListAsync(cancellationToken);

    public Task RequeueAsync(
        Func<MessageKey, bool> selected, Func<IReadOnlyList<MessageKey>, Task> requeued, CancellationToken cancellationToken) =>
        _parked.RequeueAsync(selected, requeued, cancellationToken);

    public async Task<IQueueOutlet> OpenOutletAsync(bool parked, CancellationToken cancellationToken)
    {
        // A queue that is not there is an error; it shall not be made to be found empty.
        await CountAsync(cancellationToken);
        await _topology.DeclareAsync(cancellationToken);
        return await RabbitOutlet.OpenAsync(
            _broker, parked ? _topology.Parked : _topology.Tasks, parked, cancellationToken);
    }

    public async Task AddParkedMessagesAsync(IReadOnlyList<TakenMessage> messages, CancellationToken cancellationToken)
    {
        await _topology.DeclareAsync(cancellationToken);
        await _parked.AddAsync(messages, cancellationToken);
    }

    public string EndOfLeases => "RabbitMQ takes no task from a worker; those of a dead one are ready when its connection ends, within seconds.";

    /// <summary>Nothing is to be done: a message is ready again when its worker's connection ends, and cannot be taken before.</summary>
    public Task<long> ReleaseAsync(CancellationToken cancellationToken) => Task.FromResult(0L);

    public async Task<long> PurgeAsync(Action<long> progress, CancellationToken cancellationToken)
    {
        var counts = await CountAsync(cancellationToken);
        foreach (var queue in _topology.Queues.Where(queue => queue != _topology.Held))
            await _broker.UseAsync(channel => channel.QueuePurgeAsync(queue, cancellationToken), cancellationToken);
        if (counts.Leased > 0)
        {
            // Messages that workers hold can be removed only with their queue. A broker that has it again at once tells nobody.
            await _broker.UseAsync(channel => channel.QueueDeleteAsync(_topology.Tasks, ifUnused: false, ifEmpty: false, cancellationToken: cancellationToken), cancellationToken);
            await Task.Delay(DeletionNotice, CancellationToken.None);
            await _topology.DeclareAsync(CancellationToken.None);
        }
        var removed = counts.Ready + counts.Leased + counts.Parked;
        progress(removed);
        return removed;
    }

    public async Task DeleteAsync(CancellationToken cancellationToken)
    {
        foreach (var queue in _topology.Queues)
            await _broker.UseAsync(channel => channel.QueueDeleteAsync(queue, ifUnused: false, ifEmpty: false, cancellationToken: cancellationToken), cancellationToken);
    }

    public async Task<IReadOnlyList<string>> PrepareAsync(CancellationToken cancellationToken)
    {
        await _topology.DeclareAsync(cancellationToken);
        return await AdviseAsync(cancellationToken);
    }

    public void AddTransport(IBusRegistrationConfigurator bus, int prefetch, Action<IReceiveEndpointConfigurator, IRegistrationContext> endpoint) =>
        bus.UsingRabbitMq((context, transport) => _receiver.Configure(context, transport, prefetch, endpoint));

    public Task StopReceivingAsync() => _receiver.StopAsync();

    public void ShowHeld(int messages) => _receiver.ShowHeld(messages);

    public bool IsStillHeld(ReceiveContext message) => _receiver.IsStillHeld(message);

    public string? ReasonOfLoss(TimeSpan held) => _receiver.ReasonOfLoss(held);

    public Task ParkAsync(ReceiveContext message, string reason, int attempts) =>
        _parked.AddAsync([new TakenMessage(message.GetBody(), new Parking(attempts, reason, DateTimeOffset.UtcNow))], CancellationToken.None);

    public async Task PublishAsync(GroupRest rest)
    {
        foreach (var message in rest.Ready.Where(message => message.Delay > TimeSpan.Zero))
            await RestAsync(message.Body, message.Delay);
        await InsertAsync(rest.Ready.Where(message => message.Delay <= TimeSpan.Zero), _ => { }, CancellationToken.None);
        if (rest.Parked.Count > 0)
            await AddParkedMessagesAsync(rest.Parked, CancellationToken.None);
    }

    public Task RestAsync(ReceiveContext message, TimeSpan rest) => RestAsync(TaskMessage.MarkTried(message.GetBody()), rest);

    private async Task RestAsync(ReadOnlyMemory<byte> body, TimeSpan rest)
    {
        var properties = new BasicProperties { Persistent = true, ContentType = "application/json" };
        var queue = rest <= TimeSpan.Zero ? _topology.Tasks : _topology.Rests.First(one => rest.TotalSeconds <= one.Seconds).Name;
        if (queue != _topology.Tasks)
            properties.Expiration = rest.TotalMilliseconds.ToString("0", CultureInfo.InvariantCulture);
        await _rests.WaitAsync();
        try
        {
            await _broker.UseAsync(
                async channel =>
                {
                    await channel.BasicPublishAsync("", queue, mandatory: true, properties, body);
                    return true;
                },
                CancellationToken.None);
        }
        finally
        {
            _rests.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _receiver.DisposeAsync();
        await _broker.DisposeAsync();
    }

    private async Task<IReadOnlyList<string>> AdviseAsync(CancellationToken cancellationToken) =>
        _topology.Warning(await _broker.GetConnectionAsync(cancellationToken)) is { } warning ? [warning] : [];

    private async Task<QueueDeclareOk?> FindAsync(string queue, CancellationToken cancellationToken)
    {
        try
        {
            return await _broker.UseAsync(channel => channel.QueueDeclarePassiveAsync(queue, cancellationToken), cancellationToken);
        }
        catch (TaskQueueException e) when (e.InnerException is { } cause && RabbitErrors.IsMissingQueue(cause))
        {
            return null;
        }
    }
}
