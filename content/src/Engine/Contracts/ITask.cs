namespace TaskQueue.Contracts;

/// <summary>One function that is run over every row of a parameter table.</summary>
/// <remarks>
/// A task runs at least once: after a crash it may run again, so running it twice must do no harm.
/// One instance serves a whole worker and may run several rows at once, so keep no state of a row in fields.
/// </remarks>
/// <typeparam name="TParameters">A record whose properties bind to the table's columns.</typeparam>
/// <typeparam name="TResult">Any value that System.Text.Json can write; it is kept as the row's result.</typeparam>
public interface ITask<in TParameters, TResult>
{
    /// <summary>Runs one row.</summary>
    /// <param name="parameters">The row.</param>
    /// <param name="context">What a task knows about its row, and the stores it may use.</param>
    /// <param name="cancellationToken">
    /// Fires when the time limit is over, when the lease was lost, or when the worker has to leave.
    /// </param>
    /// <exception cref="TaskRejectedException">The row can never succeed: it fails at once, without further attempts.</exception>
    /// <exception cref="TaskRetryException">The attempt failed; the next one follows after the time that it names.</exception>
    /// <exception cref="TaskGivenBackException">The row cannot run now: it goes back to the queue, and no attempt counts.</exception>
    /// <exception cref="Exception">Any other exception counts as one attempt.</exception>
    Task<TResult> RunTask(TParameters parameters, TaskContext context, CancellationToken cancellationToken);
}
