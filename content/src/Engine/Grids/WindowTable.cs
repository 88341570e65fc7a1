using TaskQueue.Contracts;
using TaskQueue.Tables;

namespace TaskQueue.Grids;

/// <summary>A table of the windows of a raster, row by row from its upper left corner; those at the edges are cut.</summary>
internal static class WindowTable
{
    private static readonly FeatherColumn[] Columns =
        [.. new[] { "row_off", "col_off", "height", "width" }.Select(name => new FeatherColumn(name, ColumnKind.Integer))];

    /// <param name="height">Rows of pixels of the raster, at least 1.</param>
    /// <param name="width">Its columns, at least 1.</param>
    /// <param name="size">Pixels on a side of a chunk, at least 1.</param>
    /// <param name="block">How many chunks a window has on a side; null when a window is one chunk, and no column tells their size.</param>
    /// <exception cref="TaskQueueException">There would be too many windows (exit code 64).</exception>
    public static NewTable Create(long height, long width, long size, long? block)
    {
        var side = size * (block ?? 1);
        var count = (Int128)Parts(height, side) * Parts(width, side);
        if (count > NewTable.MostRows)
            throw new TaskQueueException(
                ExitCode.Usage, $"The grid has {count} windows; allowed: {NewTable.MostRows}.", null, "Give a larger --size or --block.");

        return block is null
            ? new(Columns, (long)count, Windows(height, width, side))
            : new([.. Columns, new("chunk", ColumnKind.Integer)], (long)count, Windows(height, width, side).Select(window => (object[])[.. window, size]));
    }

    private static IEnumerable<object[]> Windows(long height, long width, long side)
    {
        for (var row = 0L; row < height; row += side)
            for (var column = 0L; column < width; column += side)
                yield return [row, column, Math.Min(side, height - row), Math.Min(side, width - column)];
    }

    private static long Parts(long length, long side) => ((length - 1) / side) + 1;
}
