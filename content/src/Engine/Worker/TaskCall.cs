namespace TaskQueue.Worker;

/// <summary>A call of a task's own code: asked for by the flow that waits for its result, made by the thread of its slot.</summary>
/// <remarks>
/// Code that never awaits keeps its thread until it ends, but the flow must be able to go on without it. To have another
/// thread make the call would do, and cost more than all the rest that is done for a short task.
/// </remarks>
internal sealed class TaskCall
{
    private const int Open = 0, Asked = 1, Running = 2, Returned = 3, LeftBehind = 4, Over = 5;

    private readonly TaskCompletionSource<Task<object?>> _result = new();
    private Func<Task<object?>>? _code;
    private ExecutionContext? _context;
    private int _state;

    /// <summary>Asks for the call. When the slot's thread has gone on to other work, a thread of the pool makes it.</summary>
    /// <param name="code">Throws nothing: the task it returns fails.</param>
    public Task<object?> Ask(Func<Task<object?>> code)
    {
        (_code, _context) = (code, ExecutionContext.Capture());
        return Moves(Open, Asked) ? _result.Task.Unwrap() : Task.Run(code);
    }

    /// <summary>Makes the call, if it was asked for; for the slot's thread, when it has nothing else to do.</summary>
    /// <returns>False when it took so long that it was left behind: whatever the thread does next, another does already.</returns>
    public bool Make()
    {
        if (Moves(Open, Over) || !Moves(Asked, Running))
            return true;

        Task<object?>? result = null;
        if (_context is null)
            result = _code!();
        else
            ExecutionContext.Run(_context, _ => result = _code!(), null);

        var isAwaited = Moves(Running, Returned);
        _result.SetResult(result!);
        return isAwaited;
    }

    /// <summary>Ends the waiting for the call.</summary>
    /// <returns>Whether it keeps its thread, for nobody knows how long.</returns>
    public bool Leave() => !Moves(Asked, Over) && Moves(Running, LeftBehind);

    private bool Moves(int from, int to) => Interlocked.CompareExchange(ref _state, to, from) == from;
}
