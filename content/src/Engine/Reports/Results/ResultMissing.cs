using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using TaskQueue.Binding;
using TaskQueue.Collections;
using TaskQueue.Insert;
using TaskQueue.Records;
using TaskQueue.Settings;

namespace TaskQueue.Reports.Results;

/// <summary>Adds the rows of the table that have no record.</summary>
/// <param name="settings">Checked settings.</param>
/// <param name="records">They say what is done.</param>
internal sealed class ResultMissing(TaskQueueSettings settings, RecordStore records)
{
    /// <summary>Lets rows through, and adds those of the table that are not among them, in the order of the table.</summary>
    /// <param name="rows">What is done, and what failed; of each an id is kept.</param>
    /// <param name="isWanted">Which of them are let through.</param>
    /// <param name="task">Whose table it is.</param>
    /// <param name="choice">Which table, with which values for all rows: as they were inserted.</param>
    /// <param name="id">Only this row of the table; null for all.</param>
    /// <param name="onlyOfTable">Whether rows that are not in the table are left out.</param>
    /// <param name="checkedRows">Told how many rows of the table were checked.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="Contracts.TaskQueueException">The table or one of its rows is unsound (65).</exception>
    public async IAsyncEnumerable<ResultRow> AddAsync(
        IAsyncEnumerable<ResultRow> rows, Func<ResultRow, bool> isWanted, TaskDefinition task, RowChoice choice, string? id, bool onlyOfTable,
        Action<long> checkedRows, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var source = await TableSource.OpenAsync(choice.Table ?? settings.ParameterFilename, settings.ProjectRoot, cancellationToken);
        // No filter is asked, so the task's class is not made.
        await using var services = new ServiceCollection().BuildServiceProvider();
        var selection = await new RowSelector(settings, records, services).SelectAsync(
            task, source.Table, choice with { NoFilter = true }, again: null, limit: null, checkedRows, cancellationToken);
        var listed = onlyOfTable ? ReadIds(selection.Binding, cancellationToken) : null;
        var known = new FingerprintSet();
        await foreach (var row in rows.WithCancellation(cancellationToken))
        {
            var bytes = Encoding.UTF8.GetBytes(row.Id);
            if (row.Task == task.Name)
                known.Add(bytes);
            if (isWanted(row) && listed?.Contains(bytes) is not false)
                yield return row;
        }

        foreach (var row in ReadTable(selection.Binding, known, cancellationToken))
            if (id is null || row.Id == id)
                yield return row;
    }

    private static FingerprintSet ReadIds(TableBinding binding, CancellationToken cancellationToken)
    {
        using var ids = new RowIds(binding);
        var listed = new FingerprintSet();
        foreach (var batch in binding.Table.ReadBatches())
        {
            cancellationToken.ThrowIfCancellationRequested();
            for (var row = 0; row < batch.Length; row++)
                listed.Add(ids.Get(batch, row));
        }

        return listed;
    }

    private static IEnumerable<ResultRow> ReadTable(TableBinding binding, FingerprintSet known, CancellationToken cancellationToken)
    {
        using var ids = new RowIds(binding);
        using var buffer = new JsonBuffer();
        foreach (var batch in binding.Table.ReadBatches())
        {
            cancellationToken.ThrowIfCancellationRequested();
            for (var row = 0; row < batch.Length; row++)
                if (!known.Contains(ids.Get(batch, row)))
                    yield return ResultRow.OfTable(
                        binding.Task.Name, Encoding.UTF8.GetString(ids.Get(batch, row)), batch.FirstRow + row,
                        JsonElement.Parse(buffer.WriteParameters(binding, batch, row)));
        }
    }
}
