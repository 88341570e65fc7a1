using System.Diagnostics;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using TaskQueue.Contracts;

namespace TaskQueue.Queues.RabbitMq;

/// <summary>Publishes a stream of messages, many ahead of their confirms; goes on when the broker was away for a while.</summary>
internal sealed class RabbitInserter(RabbitBroker broker, string queue, InsertTimeouts timeouts, Action<InsertedBatch> confirmed)
{
    private const int ReportEvery = 1000;

    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(500);

    private static readonly TimeSpan CloseLimit = TimeSpan.FromSeconds(3);

    /// <summary>A message that was refused would be refused again at once.</summary>
    private static readonly TimeSpan RefusedPause = TimeSpan.FromMilliseconds(100);

    private readonly BasicProperties _properties = new() { Persistent = true, ContentType = "application/json" };
    private readonly ConfirmWindow _window = new();
    private IConnection? _connection;
    private IChannel? _channel;
    private volatile string? _blocked;
    private volatile string? _returned;
    private long _reported;
    private long _lastConfirmed;
    private long _lastProgress;
    private long _stuckSince;
    private bool _saidBlocked;

    /// <exception cref="TaskQueueException">The broker refuses the messages, or was away or blocked for too long.</exception>
    public async Task RunAsync(IEnumerable<QueuedMessage> messages, CancellationToken cancellationToken)
    {
        try
        {
            await OpenAsync(cancellationToken);
            foreach (var message in messages)
            {
                await RepeatRefusedAsync(cancellationToken);
                if (_window.IsEmpty)
                    _lastProgress = _stuckSince = Stopwatch.GetTimestamp();
                await SendAsync(message, cancellationToken);
                NoteAnswers();
            }
            // Asked for first: the last answer may come between the two.
            for (var changed = _window.WhenChanged(); !_window.IsEmpty; changed = _window.WhenChanged())
            {
                await RepeatRefusedAsync(cancellationToken);
                await WaitAsync(changed, cancellationToken);
            }
            NoteAnswers();
        }
        finally
        {
            Report(_window.Confirmed);
            await CloseAsync();
        }
    }

    private async Task RepeatRefusedAsync(CancellationToken cancellationToken)
    {
        for (var round = 0; _window.TryTakeRefused(out var message); round++)
        {
            if (round % ConfirmWindow.MostMessages == 0)
            {
                ThrowIfStuck(new IOException("it refuses every message"));
                await Task.Delay(RefusedPause, cancellationToken);
            }
            // The broker may have it all the same.
            await SendAsync(message with { Body = TaskMessage.MarkRepeat(message.Body) }, cancellationToken);
        }
    }

    private async Task SendAsync(QueuedMessage message, CancellationToken cancellationToken)
    {
        for (var changed = Task.CompletedTask; !_window.TryAdd(message); changed = _window.WhenChanged())
            await WaitAsync(changed, cancellationToken);

        var channel = _channel!;
        try
        {
            var sending = channel.BasicPublishAsync("", queue, mandatory: true, _properties, message.Body, cancellationToken);
            if (!sending.IsCompletedSuccessfully)
                await WaitAsync(sending.AsTask(), cancellationToken);
        }
        catch (Exception e) when (RabbitErrors.IsOfBroker(e))
        {
            if (ReferenceEquals(channel, _channel))
                await ReopenAsync(e, cancellationToken);
        }
    }

    /// <summary>Waits for the broker, and notices what makes waiting vain; returns early when there is a new connection.</summary>
    private async Task WaitAsync(Task task, CancellationToken cancellationToken)
    {
        while (!task.IsCompleted && await Task.WhenAny(task, Task.Delay(Tick, cancellationToken)) != task)
        {
            cancellationToken.ThrowIfCancellationRequested();
            NoteAnswers();
            if (_blocked is { } reason)
                WaitForBlocked(reason);
            else if (FindFault() is { } fault)
            {
                await ReopenAsync(fault, cancellationToken);
                return;
            }
        }
        NoteAnswers();
        await task;
    }

    private Exception? FindFault()
    {
        if (_channel is not { IsOpen: true })
            return new IOException("The channel was closed.");
        return Stopwatch.GetElapsedTime(_lastProgress) > timeouts.Confirm ? new TimeoutException("The broker confirms nothing.") : null;
    }

    private void WaitForBlocked(string reason)
    {
        if (!_saidBlocked)
            confirmed(new InsertedBatch(0, 0) { Waits = $"The broker takes no messages for now: {reason}" });
        _saidBlocked = true;
        if (Stopwatch.GetElapsedTime(_stuckSince) > timeouts.Blocked)
            throw new TaskQueueException(
                ExitCode.PartDone, FormattableString.Invariant($"The broker has taken no messages for {timeouts.Blocked.TotalSeconds:0} s: {reason}."),
                $"At {broker.Address.Broker}",
                "Give the broker memory or disk, or let workers empty its queues; then run the same insert again.");
    }

    private void NoteAnswers()
    {
        if (_returned is { } reply)
            throw new TaskQueueException(
                ExitCode.Unavailable, $"The broker has no queue '{queue}' any more: {reply}.", $"At {broker.Address.Location}",
                "It was deleted during the insert. Run the same insert again.");

        var count = _window.Confirmed;
        if (count == _lastConfirmed)
            return;

        _lastConfirmed = count;
        _lastProgress = _stuckSince = Stopwatch.GetTimestamp();
        _saidBlocked = false;
        if (count - _reported >= ReportEvery)
            Report(count);
    }

    private void Report(long count)
    {
        if (count > _reported)
            confirmed(new InsertedBatch((int)(count - _reported), 0));
        _reported = count;
    }

    private void ThrowIfStuck(Exception cause)
    {
        if (Stopwatch.GetElapsedTime(_stuckSince) > timeouts.Blocked)
            throw RabbitErrors.OfStandstill(cause, timeouts.Blocked, broker.Address);
    }

    /// <summary>The broker was lost: what it had not confirmed is published again.</summary>
    private async Task ReopenAsync(Exception cause, CancellationToken cancellationToken)
    {
        ThrowIfStuck(cause);
        var lost = Stopwatch.GetTimestamp();
        await CloseAsync();
        _window.Restart();
        while (true)
        {
            try
            {
                await OpenAsync(cancellationToken);
                await Task.Delay(RabbitBroker.Recovery, cancellationToken);
                _lastProgress = Stopwatch.GetTimestamp();
                return;
            }
            catch (Exception e) when (RabbitErrors.IsOfBroker(e) || e is TaskQueueException { ExitCode: ExitCode.Unavailable })
            {
                if (Stopwatch.GetElapsedTime(lost) > timeouts.Reconnect)
                    throw RabbitErrors.OfOperation(cause, broker.Address);
                await Task.Delay(Tick, cancellationToken);
            }
        }
    }

    private async Task OpenAsync(CancellationToken cancellationToken)
    {
        _blocked = null;
        _connection = await broker.ConnectForStreamAsync(cancellationToken);
        _connection.ConnectionBlockedAsync += (_, args) => SetBlocked(args.Reason);
        _connection.ConnectionUnblockedAsync += (_, _) => SetBlocked(null);
        // Confirms are counted here: the client's own tracking costs an object and a lookup for each message.
        var options = new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: false);
        _channel = await _connection.CreateChannelAsync(options, cancellationToken);
        _channel.BasicAcksAsync += (sender, args) => Answer(sender, args.DeliveryTag, args.Multiple, isConfirmed: true);
        _channel.BasicNacksAsync += (sender, args) => Answer(sender, args.DeliveryTag, args.Multiple, isConfirmed: false);
        _channel.BasicReturnAsync += (_, args) =>
        {
            _returned = args.ReplyText;
            return Task.CompletedTask;
        };
    }

    private Task SetBlocked(string? reason)
    {
        _lastProgress = Stopwatch.GetTimestamp();
        _blocked = reason;
        return Task.CompletedTask;
    }

    /// <summary>A late answer of a channel that was given up belongs to other numbers.</summary>
    private Task Answer(object sender, ulong number, bool multiple, bool isConfirmed)
    {
        if (ReferenceEquals(sender, _channel))
            _window.Answer(number, multiple, isConfirmed);
        return Task.CompletedTask;
    }

    private async Task CloseAsync()
    {
        var connection = _connection;
        (_connection, _channel) = (null, null);
        if (connection is null)
            return;
        try
        {
            await connection.CloseAsync(CloseLimit).WaitAsync(CloseLimit);
            await connection.DisposeAsync().AsTask().WaitAsync(CloseLimit);
        }
        catch (Exception e) when (RabbitErrors.IsOfBroker(e) || e is OperationCanceledException)
        {
            // It is lost anyway, and what matters was confirmed.
        }
    }
}
