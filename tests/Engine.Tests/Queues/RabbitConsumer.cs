using System.Collections.Concurrent;
using System.Threading.Channels;
using MassTransit;
using MassTransit.Transports;
using Microsoft.Extensions.DependencyInjection;
using TaskQueue.Queues;
using TaskQueue.Tests.Servers;

namespace TaskQueue.Tests.Queues;

/// <summary>A consumer that receives through MassTransit's transport for RabbitMQ, as a worker does.</summary>
internal sealed class RabbitConsumer : IQueueConsumer, IFilter<ReceiveContext>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1.5);

    private readonly IConsumedQueue _queue;
    private readonly TcpProxy _proxy;
    private readonly ServiceProvider _services;
    private readonly Channel<Delivery> _arrived = Channel.CreateUnbounded<Delivery>();
    private readonly ConcurrentDictionary<Delivery, bool> _held = [];
    private volatile bool _isOver;

    private RabbitConsumer(IConsumedQueue queue, TcpProxy proxy, int most)
    {
        (_queue, _proxy) = (queue, proxy);
        var services = new ServiceCollection().AddLogging();
        services.AddMassTransit(bus => queue.AddTransport(bus, most, (endpoint, _) => endpoint.ConfigureReceive(pipe => pipe.UseFilter(this))));
        _services = services.BuildServiceProvider();
    }

    /// <param name="path">The queue's TASKQUEUE_PATH.</param>
    /// <param name="most">How many messages it may hold.</param>
    public static async Task<IQueueConsumer> StartAsync(Uri path, int most)
    {
        var proxy = new TcpProxy(path.Port);
        var queue = (IConsumedQueue)QueueKinds.Open(new UriBuilder(path) { Port = proxy.Port }.Uri.AbsoluteUri, "/");
        await queue.PrepareAsync(TestContext.Current.CancellationToken);
        var consumer = new RabbitConsumer(queue, proxy, most);
        await consumer._services.GetRequiredService<IBusControl>().StartAsync(TestContext.Current.CancellationToken);
        return consumer;
    }

    public async Task<IReadOnlyList<Taken>> TakeAsync()
    {
        var messages = new List<Taken>();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            await _arrived.Reader.WaitToReadAsync(patience.Token);
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            return [];
        }
        while (_arrived.Reader.TryRead(out var delivery))
            messages.Add(new Taken(delivery.Context.GetBody(), delivery.Context.Redelivered, delivery));
        return messages;
    }

    public Task<bool> AcknowledgeAsync(Taken message) => EndAsync(message, acknowledge: true);

    public Task<bool> GiveBackAsync(Taken message) => EndAsync(message, acknowledge: false);

    public async Task<bool> ParkAsync(Taken message, string reason)
    {
        if (!await KeepAsync(message))
            return false;

        await _queue.ParkAsync(((Delivery)message.Handle).Context, reason, attempts: 1);
        return await EndAsync(message, acknowledge: true);
    }

    /// <remarks>MassTransit disposes the context of a message that has ended, at a moment of its own.</remarks>
    public Task<bool> KeepAsync(Taken message)
    {
        var delivery = (Delivery)message.Handle;
        return Task.FromResult(!delivery.End.Task.IsCompleted && _queue.IsStillHeld(delivery.Context));
    }

    public async Task LoseAllAsync()
    {
        _proxy.Cut();
        foreach (var delivery in _held.Keys)
            await WhenCancelledAsync(delivery.Context.CancellationToken);
    }

    public async Task Send(ReceiveContext context, IPipe<ReceiveContext> next)
    {
        var delivery = new Delivery(context);
        _held[delivery] = true;
        _queue.ShowHeld(_held.Count);
        if (_isOver || !_arrived.Writer.TryWrite(delivery))
            delivery.End.TrySetResult(false);

        var acknowledge = await delivery.End.Task;
        _held.TryRemove(delivery, out _);
        _queue.ShowHeld(_held.Count);
        if (acknowledge)
            return;

        ((BaseReceiveContext)context).Cancel();
        throw new OperationCanceledException();
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("test");

    public async ValueTask DisposeAsync()
    {
        if (_isOver)
            return;

        _isOver = true;
        await _queue.StopReceivingAsync();
        foreach (var delivery in _held.Keys)
            delivery.End.TrySetResult(false);
        await _services.GetRequiredService<IBusControl>().StopAsync(CancellationToken.None);
        await _services.DisposeAsync();
        await _queue.DisposeAsync();
        _proxy.Dispose();
    }

    private static async Task WhenCancelledAsync(CancellationToken token)
    {
        var cancelled = new TaskCompletionSource();
        await using var registration = token.Register(cancelled.SetResult);
        await cancelled.Task.WaitAsync(TestContext.Current.CancellationToken);
    }

    private async Task<bool> EndAsync(Taken message, bool acknowledge)
    {
        var wasHeld = await KeepAsync(message);
        ((Delivery)message.Handle).End.TrySetResult(acknowledge);
        return wasHeld;
    }

    private sealed record Delivery(ReceiveContext Context)
    {
        public TaskCompletionSource<bool> End { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
