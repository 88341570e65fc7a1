using TaskQueue.Queues;
using TaskQueue.Queues.Files;
using TaskQueue.Records;
using TaskQueue.Settings;
using TaskQueue.Storage;

namespace TaskQueue.Monitor.Watch;

/// <summary>The queue and the store that the settings name.</summary>
internal sealed class Source(TaskQueueSettings settings) : IAsyncDisposable
{
    private ITaskQueue? _kept;

    public TaskQueueSettings Settings { get; } = settings;

    public RecordStore Records { get; } = new(StoreKinds.Open(settings.CloudPath, settings.ProjectRoot));

    /// <summary>A queue file that is not there is not made.</summary>
    public ITaskQueue OpenQueue() => QueueKinds.Open(Settings.QueuePath, Settings.ProjectRoot, Settings, mayCreate: false);

    /// <summary>Asks the queue. The connection to a broker is kept for the next question; a file is opened each time, for it may have been replaced.</summary>
    public async Task<T> AskAsync<T>(Func<ITaskQueue, Task<T>> question)
    {
        var queue = _kept ?? OpenQueue();
        _kept = null;
        var isAnswered = false;
        try
        {
            var answer = await question(queue);
            isAnswered = true;
            return answer;
        }
        finally
        {
            if (isAnswered && queue is not FileQueue)
                _kept = queue;
            else
                await queue.DisposeAsync();
        }
    }

    /// <summary>Nobody looks: the connection is closed.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_kept is { } queue)
            await queue.DisposeAsync();
        _kept = null;
    }
}
