using System.Diagnostics;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace TaskQueue.Queues.RabbitMq;

/// <summary>
/// Publishes how many messages this worker holds: as many idle consumers on a queue without messages. They vanish with
/// the connection, exactly when the broker gives the messages to others.
/// </summary>
/// <param name="connection">The connection on which the messages are received.</param>
/// <param name="queue">The queue without messages.</param>
internal sealed class HeldCountPublisher(IConnection connection, string queue) : IAsyncDisposable
{
    /// <summary>How often the number is brought up to date; a worker that waits for an empty queue asks for longer.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>An answer so young proves that the broker has not given the connection up: it waits for two heartbeats.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim _wake = new(0);
    private readonly SemaphoreSlim _turn = new(1);
    private readonly Stack<string> _consumers = [];
    private IChannel? _channel;
    private Task _running = Task.CompletedTask;
    private volatile bool _isStopped;
    private volatile int _held;
    private long _answered = Stopwatch.GetTimestamp();

    public void Start() => _running = Task.Run(RunAsync);

    /// <summary>The first message is told at once, the number of all with the next tick.</summary>
    public void Publish(int held)
    {
        var before = _held;
        _held = held;
        // Once is enough: tasks may begin and end many times before the broker answers.
        if (before == 0 && held > 0 && _consumers.Count == 0 && _wake.CurrentCount == 0)
            _wake.Release();
    }

    /// <summary>Whether the broker has answered on this connection a moment ago; asks it when it has not.</summary>
    public bool IsAlive()
    {
        if (!connection.IsOpen)
            return false;
        if (Stopwatch.GetElapsedTime(Interlocked.Read(ref _answered)) < Fresh)
            return true;
        try
        {
            return Task.Run(AskAsync).Wait(Fresh) && connection.IsOpen;
        }
        catch (AggregateException)
        {
            return false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        _isStopped = true;
        _wake.Release();
        await _running;
    }

    /// <summary>Never throws: the next connection is attached after its end.</summary>
    private async Task RunAsync()
    {
        while (!_isStopped && connection.IsOpen)
        {
            try
            {
                await AskAsync();
            }
            catch (Exception)
            {
                // While the connection lasts it is tried again, on a new channel; with it, the consumers are gone, and the
                // next connection has a publisher of its own.
                await ForgetChannelAsync();
            }
            await _wake.WaitAsync(Interval);
        }
    }

    /// <summary>Its consumers end with it.</summary>
    private async Task ForgetChannelAsync()
    {
        await _turn.WaitAsync();
        try
        {
            var channel = _channel;
            _channel = null;
            _consumers.Clear();
            if (channel is not null)
                await channel.DisposeAsync();
        }
        catch (Exception)
        {
            // A channel that cannot be closed is closed already.
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Brings the number up to date; with nothing to change, asks for a sign of life.</summary>
    private async Task AskAsync()
    {
        await _turn.WaitAsync();
        try
        {
            var asked = Stopwatch.GetTimestamp();
            _channel ??= await connection.CreateChannelAsync();
            if (_consumers.Count == _held)
                await _channel.QueueDeclarePassiveAsync(queue);
            while (_consumers.Count < _held)
                _consumers.Push(await _channel.BasicConsumeAsync(queue, autoAck: true, new AsyncEventingBasicConsumer(_channel)));
            while (_consumers.Count > _held)
                await _channel.BasicCancelAsync(_consumers.Pop());
            Interlocked.Exchange(ref _answered, asked);
        }
        finally
        {
            _turn.Release();
        }
    }
}
