using System.Runtime.CompilerServices;
using TaskQueue.Contracts;
using TaskQueue.Reports.Results;

namespace TaskQueue.Reports.Gather;

/// <summary>The rows of a table with what they left behind; all have to be done, unless some may be missing.</summary>
/// <param name="source">Reads the records.</param>
/// <param name="request">Of which task and table.</param>
/// <param name="mayMiss">Whether rows may be missing.</param>
internal sealed class GatherRows(ResultSource source, ResultRequest request, bool mayMiss)
{
    private const int NamedAtMost = 5;

    /// <summary>How many rows were found not to be done.</summary>
    public long Missing { get; private set; }

    /// <summary>Gives the rows that are done in the order of the table, then the others.</summary>
    /// <param name="checkedRows">Told how many rows of the table were checked.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="TaskQueueException">Rows are missing that may not, or all are: at the end (75). The table is unsound (65).</exception>
    public async IAsyncEnumerable<ResultRow> ReadAsync(
        Action<long> checkedRows, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (count, named) = (0L, new List<string>());
        Missing = 0;
        await foreach (var row in source.Read(request, checkedRows, cancellationToken))
        {
            count++;
            if (row.State != ResultRow.Done && Missing++ < NamedAtMost)
                named.Add($"{Printable.Short(row.Id)} ({row.State})");
            yield return row;
        }

        if (count == 0)
            throw new TaskQueueException(ExitCode.BadInput, "The table has no rows: there is nothing to gather.");
        if (Missing == 0 || (mayMiss && Missing < count))
            yield break;
        var more = Missing > named.Count ? $" and {Counted.Number(Missing - named.Count)} more" : "";
        throw new TaskQueueException(
            ExitCode.PartDone, $"{Counted.Rows(Missing)} of {Counted.Number(count)} {Counted.Are(Missing)} not done: {string.Join(", ", named)}{more}.", null,
            Missing == count ? "Gather when rows are done." : "Gather when they are done, or without them: --allow-missing");
    }
}
