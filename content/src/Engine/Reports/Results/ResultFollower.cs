using System.Runtime.CompilerServices;
using System.Text;
using TaskQueue.Collections;
using TaskQueue.Records;
using TaskQueue.Records.Journals;
using TaskQueue.Records.Runs;
using TaskQueue.Reports.Runs;

namespace TaskQueue.Reports.Results;

/// <summary>Gives the rows of a run as they end, until the run is over: by one listing a second of what is new.</summary>
/// <param name="records">Where they are.</param>
/// <param name="status">Tells when the run is over.</param>
/// <param name="caughtUp">Called when all that has ended was given.</param>
/// <param name="clock">Measures the time between two looks.</param>
internal sealed class ResultFollower(RecordStore records, StatusReader status, Action caughtUp, TimeProvider clock)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>The counts cost more than a listing.</summary>
    private const int LooksPerStatus = 3;

    private readonly FingerprintSet _shown = new();

    /// <param name="run">Which run.</param>
    /// <param name="withDone">Whether done rows are wanted.</param>
    /// <param name="withFailed">Whether rows are wanted for which no further attempt follows.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async IAsyncEnumerable<ResultRow> ReadAsync(
        RunRecord run, bool withDone, bool withFailed, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var journals = new JournalReader(records.Store, JournalNames.Folder(run.Task, run.Run));
        for (var look = 0; ; look++)
        {
            // Before the last look: what ends in between is in it.
            var isOver = look % LooksPerStatus == 0 && (await status.ReadAsync(await status.RefreshAsync(run, cancellationToken), cancellationToken)).IsOver;
            foreach (var row in withDone ? await ReadDoneAsync(journals, cancellationToken) : [])
                yield return row;
            if (withFailed)
                await foreach (var record in records.Failed.ReadAsync(run.Task, run.Run, IsNew, cancellationToken).Where(record => record.Parked))
                    if (_shown.Add(FailedKey(TaskKey.Of(record.Id))))
                        yield return ResultRow.Of(record);
            if (isOver)
                yield break;
            caughtUp();
            await Task.Delay(Interval, clock, cancellationToken);
        }

        bool IsNew(string key) => !_shown.Contains(FailedKey(key));
    }

    private async Task<List<ResultRow>> ReadDoneAsync(JournalReader journals, CancellationToken cancellationToken)
    {
        var rows = new List<ResultRow>();
        await journals.ReadNewAsync(
            (_, line) =>
            {
                if (JournalLine.TryReadId(line, out var id) && _shown.Add(id))
                    rows.Add(ResultRow.Of(JournalLine.Read(line)));
            },
            cancellationToken);
        return rows;
    }

    /// <summary>Ids have no control characters, so this is no id.</summary>
    private static byte[] FailedKey(string key) => Encoding.UTF8.GetBytes($"\n{key}");
}
