using System.Text.Json;
using TaskQueue.Binding;
using TaskQueue.Contracts;
using TaskQueue.Insert;
using TaskQueue.Records.Runs;
using TaskQueue.Reports.History;
using TaskQueue.Reports.Results;
using TaskQueue.Settings;
using TaskQueue.Tables;

namespace TaskQueue.Monitor.Watch;

/// <summary>Where all rows of a run's table are, so that the map shows what is to come.</summary>
internal static class TableGround
{
    /// <summary>Of larger tables the map shows what has ended: to read them takes the time of a worker.</summary>
    private const long MostRows = 100_000;

    /// <summary>If none of so many has a place, none has.</summary>
    private const long RowsToLookAt = 100;

    /// <returns>None where rows have no place, and where the table is gone, or another one by now.</returns>
    /// <exception cref="TaskQueueException">It cannot be read now; it may be later.</exception>
    public static async Task<IReadOnlyList<MapShape>> ReadAsync(RunRecord run, TaskQueueSettings settings, CancellationToken cancellationToken)
    {
        try
        {
            using var source = await TableSource.OpenAsync(run.Table, settings.ProjectRoot, cancellationToken);
            return source.Table.RowCount <= MostRows && await source.HashAsync(cancellationToken) == run.TableHash
                ? Read(source.Table, cancellationToken)
                : [];
        }
        catch (TaskQueueException e) when (e.ExitCode == ExitCode.BadInput)
        {
            // A client's run has no table; and a map without what is to come is a map.
            return [];
        }
    }

    private static IReadOnlyList<MapShape> Read(FeatherTable table, CancellationToken cancellationToken)
    {
        var (shapes, found, line) = (new ShapeBins(), false, new JsonBuffer());
        using (line)
            foreach (var batch in table.ReadBatches())
                for (var row = 0; row < batch.Length; row++)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    TableJson.WriteRow(line.Start(), table, batch, row);
                    var parameters = JsonSerializer.Deserialize<JsonElement>(line.End());
                    if (ResultBounds.Find(parameters, isParameter: true) is { } place)
                    {
                        shapes.Add(place.Ring, EndState.Done);
                        found = true;
                    }
                    else if (!found && batch.FirstRow + row > RowsToLookAt)
                        return [];
                }
        return shapes.Look(0)?.Shapes ?? [];
    }
}
