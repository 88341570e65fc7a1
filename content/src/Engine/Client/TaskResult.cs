using System.Text;

namespace TaskQueue.Client;

/// <summary>How the task of one value ended.</summary>
public sealed class TaskResult<TParameters, TResult>
{
    private readonly Func<CancellationToken, Task<Stream>>? _openLog;
    private readonly TResult? _result;
    private readonly string? _log;

    internal TaskResult(string id, TParameters parameters, TaskFailedException exception, Func<CancellationToken, Task<Stream>>? openLog = null) =>
        (Id, Parameters, Exception, _openLog) = (id, parameters, exception, openLog);

    internal TaskResult(string id, TParameters parameters, TResult? result, string? log, Func<CancellationToken, Task<Stream>> openLog) =>
        (Id, Parameters, _result, _log, _openLog) = (id, parameters, result, log, openLog);

    /// <summary>The id of the task, as a table with this value as a row would give it; empty for a value that gives none.</summary>
    public string Id { get; }

    /// <summary>The value.</summary>
    public TParameters Parameters { get; }

    /// <summary>Why the task failed; null when it succeeded.</summary>
    public TaskFailedException? Exception { get; }

    /// <summary>Whether the value was done before, so that nothing was run for it.</summary>
    public bool WasDone { get; init; }

    /// <summary>What the task returned.</summary>
    /// <exception cref="TaskFailedException">It failed: <see cref="Exception"/> is thrown.</exception>
    public TResult GetResult() => Exception is null ? _result! : throw Exception;

    /// <summary>Reads what the task wrote, through its logger or to the console of its worker.</summary>
    /// <returns>Null when it wrote nothing.</returns>
    /// <exception cref="Contracts.TaskQueueException">The store refuses.</exception>
    public async Task<string?> ReadLogAsync(CancellationToken cancellationToken = default)
    {
        if (_log is not null || _openLog is null)
            return _log;
        try
        {
            using var reader = new StreamReader(await _openLog(cancellationToken), Encoding.UTF8);
            return await reader.ReadToEndAsync(cancellationToken);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }
}
