using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Threading.Channels;
using TaskQueue.Binding;
using TaskQueue.Contracts;
using TaskQueue.Records;

namespace TaskQueue.Client;

/// <summary>Calls one task over values: queues them as one run, and gives their results as workers record them.</summary>
/// <remarks>
/// A value is a row: its id, and so whether it is done, is that of a table's row with the same parameters. Tasks run on
/// all workers of the project's queue. To dispose of a client that has results to come is to cancel its run.
/// May be used by several threads at once.
/// </remarks>
public sealed class TaskClient<TParameters, TResult> : IAsyncDisposable
{
    private readonly string _task;
    private readonly ClientRun _run;
    private readonly ValueMessages _messages;
    private readonly RecordStore _records;
    private readonly int _mostOpen;

    internal TaskClient(string task, ClientRun run, ValueMessages messages, RecordStore records, int mostOpen) =>
        (_task, _run, _messages, _records, _mostOpen) = (task, run, messages, records, mostOpen);

    /// <summary>The name of the run, for the verbs: <c>status --run NAME</c>.</summary>
    public string Run => _run.Name;

    /// <summary>Queues one value.</summary>
    /// <param name="value">The parameters of a task.</param>
    /// <param name="cancellationToken">Ends the waiting; the task goes on.</param>
    /// <returns>Its result, or its failure, when there is one.</returns>
    /// <exception cref="TaskQueueException">The value cannot be a task (65): thrown at once, and nothing was queued.</exception>
    public Task<TaskResult<TParameters, TResult>> SubmitAsync(TParameters value, CancellationToken cancellationToken = default)
    {
        var result = new TaskCompletionSource<TaskResult<TParameters, TResult>>(TaskCreationOptions.RunContinuationsAsynchronously);
        Add(value, ended => result.TrySetResult(ended), e => result.TrySetException(e));
        return result.Task.WaitAsync(cancellationToken);
    }

    /// <inheritdoc cref="MapAsync(IAsyncEnumerable{TParameters}, CancellationToken)"/>
    public IAsyncEnumerable<TaskResult<TParameters, TResult>> MapAsync(IEnumerable<TParameters> values, CancellationToken cancellationToken = default) =>
        MapAsync(values.ToAsyncEnumerable(), cancellationToken);

    /// <summary>Calls the task over values. They are read as results are taken: see <see cref="ClientOptions.MostOpen"/>.</summary>
    /// <param name="values">Of any number.</param>
    /// <param name="cancellationToken">Cancels the run, as leaving the loop early does: none of its tasks starts any more.</param>
    /// <returns>A result for each value, failures among them, in the order in which the tasks ended.</returns>
    /// <exception cref="TaskQueueException">Queue or store cannot be used, or the run was cancelled by others (75).</exception>
    public async IAsyncEnumerable<TaskResult<TParameters, TResult>> MapAsync(
        IAsyncEnumerable<TParameters> values, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var results = Channel.CreateUnbounded<TaskResult<TParameters, TResult>>(new() { SingleReader = true });
        using var room = new SemaphoreSlim(_mostOpen);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var feeding = Task.Run(() => FeedAsync(values, results.Writer, room, stop.Token), CancellationToken.None);
        var isWhole = false;
        try
        {
            await foreach (var result in results.Reader.ReadAllAsync(cancellationToken))
            {
                yield return result;
                room.Release();
            }
            isWhole = true;
        }
        finally
        {
            await stop.CancelAsync();
            if (!isWhole)
                await _run.CancelAsync();
            await feeding;
        }
    }

    /// <summary>Ends the run: none of its tasks starts any more, and those that run are cancelled within 10 s.</summary>
    /// <exception cref="TaskQueueException">Queue or store cannot be used.</exception>
    public Task CancelAsync() => _run.CancelAsync();

    /// <summary>Ends the run, which is cancelled where results are still to come, and the worker in this process.</summary>
    public async ValueTask DisposeAsync()
    {
        await _run.DisposeAsync();
        _messages.Dispose();
    }

    private async Task FeedAsync(
        IAsyncEnumerable<TParameters> values, ChannelWriter<TaskResult<TParameters, TResult>> results, SemaphoreSlim room, CancellationToken stop)
    {
        // One for the values themselves, until all are read.
        var open = 1;
        try
        {
            await foreach (var value in values.WithCancellation(stop))
            {
                await room.WaitAsync(stop);
                Interlocked.Increment(ref open);
                try
                {
                    Add(value, End, e => results.TryComplete(e));
                }
                catch (TaskQueueException e) when (e.ExitCode == ExitCode.BadInput)
                {
                    End(new("", value, new TaskFailedException(e.InnerException?.GetType().FullName, TaskQueueException.Summarize(e), cause: e)));
                }
            }
            EndOne();
        }
        catch (Exception e)
        {
            results.TryComplete(e);
        }

        void End(TaskResult<TParameters, TResult> result)
        {
            results.TryWrite(result);
            EndOne();
        }

        void EndOne()
        {
            if (Interlocked.Decrement(ref open) == 0)
                results.TryComplete();
        }
    }

    private void Add(TParameters value, Action<TaskResult<TParameters, TResult>> ended, Action<Exception> failed)
    {
        var message = _messages.Create(value);
        _run.Add(new OpenValue(message, end => ended(ResultOf(value, end)), failed));
    }

    private TaskResult<TParameters, TResult> ResultOf(TParameters value, ValueEnd end)
    {
        var (id, run) = (end.Record.Id, end.Record.Run);
        if (end.Record is FailedRecord failed)
            return new(id, value, new TaskFailedException(failed.Exception, failed.Message, failed.Details, failed.Attempt), OpenLogAsync);
        var done = (DoneRecord)end.Record;
        if (done.StoredResult is { } stored)
            return new(id, value, new TaskFailedException(null, $"The result cannot be read: '{stored.Url}' is missing, or was altered.", attempts: done.Attempt), OpenLogAsync);
        try
        {
            return new(id, value, done.Result.Deserialize<TResult>(TaskJson.Options), done.Log, OpenLogAsync) { WasDone = end.WasDone };
        }
        catch (Exception e)
        {
            // An earlier version of the class may have written it.
            var message = $"The result is no {typeof(TResult).Name}: {e.Message.ReplaceLineEndings(" ")}";
            return new(id, value, new TaskFailedException(e.GetType().FullName, message, attempts: done.Attempt, cause: e), OpenLogAsync) { WasDone = end.WasDone };
        }

        Task<Stream> OpenLogAsync(CancellationToken stop) => _records.OpenLogAsync(_task, run, id, stop);
    }
}
