using System.Threading.Channels;
using TaskQueue.Contracts;
using TaskQueue.Insert;
using TaskQueue.Queues;
using TaskQueue.Records;
using TaskQueue.Records.Journals;
using TaskQueue.Records.Runs;
using TaskQueue.Worker.Attempts;

namespace TaskQueue.Client;

/// <summary>The run of a client: queues its values in batches, and once a second looks which have ended.</summary>
internal sealed class ClientRun : IAsyncDisposable
{
    private const int MostInBatch = 2000;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly RecordStore _records;
    private readonly PayloadWriter _payloads;
    private readonly ITaskQueue _queue;
    private readonly int _mostBytes;
    private readonly TimeProvider _clock;
    private readonly Patience _patience;
    private readonly DoneIds _done;
    private readonly DoneResults _results;
    private readonly ResultWatch _watch;
    private readonly ClientRecord _record;
    private readonly OpenValues _open = new();
    private readonly Channel<OpenValue> _toQueue = Channel.CreateUnbounded<OpenValue>(new() { SingleReader = true });
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _turn = new();
    private readonly Task _sending;
    private readonly Task _watching;
    private volatile bool _hasLost;
    private Task? _ending;

    /// <param name="record">Of the run, not written yet.</param>
    /// <param name="records">Of the project.</param>
    /// <param name="payloads">Stores long values.</param>
    /// <param name="done">The rows that are done.</param>
    /// <param name="queue">The queue, which is closed with the run.</param>
    /// <param name="mostBytes">The longest message that the queue takes.</param>
    /// <param name="clock">Measures time.</param>
    public ClientRun(RunRecord record, RecordStore records, PayloadWriter payloads, DoneIds done, ITaskQueue queue, int mostBytes, TimeProvider clock)
    {
        (_records, _payloads, _done, _queue, _mostBytes, _clock) = (records, payloads, done, queue, mostBytes, clock);
        _patience = new Patience(clock);
        _record = new ClientRecord(record, records.Runs);
        _results = new DoneResults(records, record.Task);
        _watch = new ResultWatch(records, _results, record, _open);
        _sending = Task.Run(() => RunAsync(SendAsync));
        _watching = Task.Run(() => RunAsync(WatchAsync));
    }

    public string Name => _record.Name;

    /// <summary>A worker in this process; null when others do the work.</summary>
    public LocalWorker? Worker { get; set; }

    /// <summary>Queues the task of a value, unless it is done, or one of the same id is open.</summary>
    /// <exception cref="Exception">The run has ended, or failed.</exception>
    public void Add(OpenValue value)
    {
        if (_open.Add(value))
            _toQueue.Writer.TryWrite(value);
    }

    /// <summary>The run cannot go on: all that wait are told.</summary>
    public void Fail(Exception exception)
    {
        _hasLost |= _open.Fail(exception);
        _stop.Cancel();
    }

    /// <summary>Ends the run before its end: none of its tasks starts any more. A second call waits for the first.</summary>
    public Task CancelAsync()
    {
        lock (_turn)
            return _ending ??= Task.Run(() => EndAsync(isCancelled: true));
    }

    /// <summary>Ends the run; one that has open values is cancelled.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            Task ending;
            lock (_turn)
                ending = _ending ??= Task.Run(() => EndAsync(isCancelled: false));
            await ending;
        }
        finally
        {
            Worker?.Dispose();
            await _results.DisposeAsync();
            await _queue.DisposeAsync();
            _stop.Dispose();
        }
    }

    private async Task EndAsync(bool isCancelled)
    {
        var failedBefore = _hasLost;
        Fail(new OperationCanceledException($"The run {Name} has ended."));
        await Task.WhenAll(_sending, _watching);
        isCancelled |= _hasLost;
        try
        {
            // Workers elsewhere are told before the one here gives back what it holds.
            if (isCancelled && _record.IsWritten)
                await _records.Runs.CancelAsync(Name, _clock.GetUtcNow());
            await StopWorkerAsync();
            if (isCancelled && _record.IsWritten)
                await _queue.RemoveRunAsync(Name, withParked: false, CancellationToken.None);
            await _record.EndAsync(_clock.GetUtcNow());
        }
        catch (TaskQueueException) when (failedBefore)
        {
            // Those that waited were told of the first failure, mostly the same.
        }
        finally
        {
            await StopWorkerAsync();
        }
    }

    private Task StopWorkerAsync() => Worker?.StopAsync() ?? Task.CompletedTask;

    /// <summary>No loop ends in silence.</summary>
    private async Task RunAsync(Func<CancellationToken, Task> loop)
    {
        try
        {
            await loop(_stop.Token);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The run has ended.
        }
        catch (Exception e)
        {
            Fail(e);
        }
    }

    private async Task SendAsync(CancellationToken stop)
    {
        var batch = new List<OpenValue>();
        while (await _toQueue.Reader.WaitToReadAsync(stop))
        {
            while (batch.Count < MostInBatch && _toQueue.Reader.TryRead(out var value))
                batch.Add(value);
            await EndDoneAsync(batch, stop);
            if (batch.Count > 0)
            {
                _record.AddSelected(batch.Count);
                await _patience.RetryAsync(() => _record.WriteFirstAsync(stop), stop);
                await _patience.RetryAsync(() => _queue.InsertAsync(Messages(batch, stop), _record.AddQueued, stop), stop);
            }
            batch.Clear();
        }
    }

    /// <summary>Storing values blocks, so that it has a thread of its own.</summary>
    private IEnumerable<QueuedMessage> Messages(List<OpenValue> batch, CancellationToken stop)
    {
        var messages = batch.Select(value => value.Message);
        if (messages.Any(_payloads.Takes))
            messages = Prefetch.Ahead(_payloads.Store(messages, stop), message => message.Body.Length);
        return MessageGroups.Of(messages, _record.GroupSize, _mostBytes);
    }

    /// <summary>Takes the values out of a batch that are done.</summary>
    private async Task EndDoneAsync(List<OpenValue> batch, CancellationToken stop)
    {
        var done = batch.Where(value => _done.Contains(value.Message.Id.Span)).Select(value => value.Id).ToHashSet();
        if (done.Count == 0)
            return;
        var records = await _patience.RetryAsync(() => _results.FindAsync(done, stop), stop);
        var found = records.Select(record => record.Id).ToHashSet();
        batch.RemoveAll(value => found.Contains(value.Id));
        _record.AddDone(found.Count);
        foreach (var record in records)
            _open.End(new ValueEnd(record, WasDone: true));
    }

    private async Task WatchAsync(CancellationToken stop)
    {
        var looked = _clock.GetTimestamp();
        using var timer = new PeriodicTimer(Interval, _clock);
        while (await timer.WaitForNextTickAsync(stop))
        {
            await _patience.RetryAsync(() => _record.WriteIfChangedAsync(stop), stop);
            if (!_record.IsWritten || !_open.Any)
                continue;
            if (_record.HasRowsElsewhere)
                _watch.WatchAll();
            await _patience.RetryAsync(() => _watch.EndNewAsync(stop), stop);
            if (_clock.GetElapsedTime(looked) < KnownRuns.Heartbeat)
                continue;
            looked = _clock.GetTimestamp();
            if (await _patience.RetryAsync(() => _records.Runs.FindEndAsync(Name, stop), stop) is not null)
                throw new TaskQueueException(
                    ExitCode.PartDone, $"The run {Name} was cancelled.", $"In {_records.Store.Location}",
                    "Done rows stay done: a new run with the same values leaves them out.");
        }
    }
}
