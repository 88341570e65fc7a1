using System.Text.Json;
using TaskQueue.Binding;
using TaskQueue.Contracts;
using TaskQueue.Reports.Results;
using TaskQueue.Storage.Folder;
using TaskQueue.Tables;

namespace TaskQueue.Reports.Gather;

/// <summary>Joins what rows returned into one Feather file: a line for each, or for each element of a list, with the row's id first.</summary>
/// <remarks>Columns have the types that the task declares; where it declares none, a first reading of all results finds them.</remarks>
/// <param name="task">Whose results.</param>
/// <param name="read">Gives the rows, as often as it is called.</param>
internal sealed class GatheredTable(TaskDefinition task, Func<IAsyncEnumerable<ResultRow>> read)
{
    private const int BufferBytes = 1 << 16;

    /// <param name="path">Absolute.</param>
    /// <param name="cancellationToken">Stops between two rows; the file stays as it was.</param>
    /// <returns>How many lines the file has.</returns>
    /// <exception cref="TaskQueueException">Two results have different types (65), or the file cannot be written (74).</exception>
    public async Task<long> WriteAsync(string path, CancellationToken cancellationToken)
    {
        await using var file = new WholeFile(path);
        var kinds = new ResultKinds();
        var shape = ResultShape.Of(ResultShape.ElementOf(task.ResultType));
        if (shape.IsOpen)
            shape = await FindShapeAsync(kinds, cancellationToken);

        var table = new ResultLayout([task], HasStates: false) { ResultsOnly = shape }.Table(ResultForm.Typed);
        var output = new BufferedStream(file.Bytes, BufferBytes);
        var feather = new FeatherWriter(output, table.Columns.SkipLast(1));
        var lines = 0L;
        await foreach (var line in ReadLinesAsync(kinds).WithCancellation(cancellationToken))
        {
            var cells = table.CellsOf(line);
            if (cells[^1] is string rest)
                throw new TaskQueueException(
                    ExitCode.BadInput, $"Row {Printable.Quote(line.Id)} has a result that the columns do not hold: {Printable.Short(rest)}", null,
                    "Run the row again with this version of the task, or write files with: dotnet run results");
            feather.AddRow(cells[..^1]);
            lines++;
        }

        feather.Complete();
        output.Flush();
        await file.CommitAsync();
        return lines;
    }

    private async Task<ResultShape> FindShapeAsync(ResultKinds kinds, CancellationToken cancellationToken)
    {
        await foreach (var line in ReadLinesAsync(kinds).WithCancellation(cancellationToken))
            kinds.AddTypes(line.Result!.Value);
        return kinds.Shape;
    }

    private async IAsyncEnumerable<ResultRow> ReadLinesAsync(ResultKinds kinds)
    {
        await foreach (var row in read())
        {
            if (row is not { State: ResultRow.Done, Result: { } result })
                continue;
            kinds.Check(row.Id, result);
            foreach (var line in result.ValueKind == JsonValueKind.Array ? result.EnumerateArray().ToArray() : [result])
            {
                kinds.CheckLine(row.Id, line);
                yield return row with { Result = line, Parameters = default };
            }
        }
    }
}
