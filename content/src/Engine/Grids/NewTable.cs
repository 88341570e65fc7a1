using TaskQueue.Contracts;
using TaskQueue.Storage.Folder;
using TaskQueue.Tables;

namespace TaskQueue.Grids;

/// <summary>A table that has not been written yet.</summary>
/// <param name="Columns">Their names and types.</param>
/// <param name="RowCount">How many rows it has.</param>
/// <param name="Rows">A value for each column, made as they are asked for.</param>
internal sealed record NewTable(IReadOnlyList<FeatherColumn> Columns, long RowCount, IEnumerable<object[]> Rows)
{
    /// <summary>What fits a table that can be inserted.</summary>
    public const int MostRows = int.MaxValue;

    private const int BufferSize = 1 << 16;

    /// <summary>Writes a Feather file, which appears whole or not at all.</summary>
    /// <param name="path">Absolute.</param>
    /// <param name="mayReplace">Whether an earlier file of this name may go.</param>
    /// <param name="written">Is told the number of rows so far, after each.</param>
    /// <param name="cancellationToken">Stops between two rows.</param>
    /// <exception cref="TaskQueueException">The file is there already (64), or its folder is not (74).</exception>
    public async Task WriteAsync(string path, bool mayReplace, Action<long> written, CancellationToken cancellationToken)
    {
        await using var file = new WholeFile(path, mayReplace);
        var output = new BufferedStream(file.Bytes, BufferSize);
        var feather = new FeatherWriter(output, Columns);
        var count = 0L;
        foreach (var row in Rows)
        {
            cancellationToken.ThrowIfCancellationRequested();
            feather.AddRow(row);
            written(++count);
        }

        feather.Complete();
        output.Flush();
        await file.CommitAsync();
    }
}
