using TaskQueue.Records;
using TaskQueue.Records.Journals;

namespace TaskQueue.Tests.Records;

/// <summary>Writes done rows as a worker does that has only these.</summary>
internal static class RecordWrites
{
    private static int _workers;

    public static async Task WriteDoneAsync(this RecordStore records, params DoneRecord[] rows)
    {
        var journal = new JournalWriter(
            records.Store, $"test-{Environment.ProcessId}-{Interlocked.Increment(ref _workers)}", rows.Length, TimeProvider.System);
        await Task.WhenAll(rows.Select(row => journal.AddAsync(row)));
        await journal.CompleteAsync();
    }
}
