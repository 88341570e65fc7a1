using TaskQueue.Contracts;

namespace LedgerProgram;

/// <summary>A second task of the program, which does what the first one does.</summary>
public sealed class OtherLedgerTask(IServiceProvider services) : ITask<LedgerParameters, string>, IDisposable
{
    private readonly LedgerTask _ledger = new(services) { Name = "other" };

    public Task<string> RunTask(LedgerParameters parameters, TaskContext context, CancellationToken cancellationToken) =>
        _ledger.RunTask(parameters, context, cancellationToken);

    public void Dispose() => _ledger.Dispose();
}
