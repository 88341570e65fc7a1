namespace TaskQueue.Tests.Worker;

/// <summary>A row of the ledger task.</summary>
internal sealed record LedgerRow(string Id, string Act = "", int Milliseconds = 0, string? Key = null)
{
    public static IEnumerable<LedgerRow> Many(int count, string act = "", int milliseconds = 0) =>
        Enumerable.Range(0, count).Select(i => new LedgerRow($"row-{i:D5}", act, milliseconds));
}
