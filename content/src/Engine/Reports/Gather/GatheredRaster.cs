using TaskQueue.Contracts;
using TaskQueue.Reports.Results;
using TaskQueue.Storage.Folder;

namespace TaskQueue.Reports.Gather;

/// <summary>Joins the blocks that rows wrote into one compressed GeoTIFF.</summary>
/// <param name="store">Where blocks are.</param>
/// <param name="tell">Told what is done, to what, how many of them, and of how many.</param>
internal sealed class GatheredRaster(IOutputStore store, Action<string, string, long, long> tell)
{
    /// <summary>So many blocks are read at once.</summary>
    private const int AtOnce = 8;

    private readonly BlockReader _blocks = new(store);

    /// <summary>Where the raster lies; null when that is unknown.</summary>
    public Georeference? Place { get; init; }

    /// <summary>The value of pixels that have none, as it was given.</summary>
    public string? Nodata { get; init; }

    /// <summary>Whether pixels may be in no block.</summary>
    public bool MayMiss { get; init; }

    /// <param name="path">Absolute.</param>
    /// <param name="read">Reads where blocks lie, in the order of the table.</param>
    /// <param name="cancellationToken">Stops between two pieces; the file stays as it was.</param>
    /// <returns>What was written.</returns>
    /// <exception cref="TaskQueueException">A block is missing or wrong (65), --nodata is (64), or the file cannot be written (74).</exception>
    public async Task<(NpyHeader Shape, long Blocks)> WriteAsync(
        string path, Func<Task<List<BlockPlace>>> read, CancellationToken cancellationToken)
    {
        await using var file = new WholeFile(path);
        var plan = BlockPlan.Make(await read(), Place is { } place ? (place.Height, place.Width) : null, MayMiss);
        var first = await _blocks.ReadHeaderAsync(plan.Blocks[0], cancellationToken);
        var shape = first with { Height = plan.Height, Width = plan.Width };
        var (nodata, value) = NodataOf(shape.Type, plan.Uncovered);
        using var raster = new RasterFile(Path.GetDirectoryName(path)!, shape);
        if (plan.Uncovered > 0)
            raster.Fill(value!);

        var count = 0L;
        tell("Reading", "blocks", 0, plan.Blocks.Count);
        await Parallel.ForEachAsync(
            plan.Blocks, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken }, async (block, stop) =>
            {
                await _blocks.CopyAsync(block, (plan.Blocks[0], first), raster, stop);
                tell("Reading", "blocks", Interlocked.Increment(ref count), plan.Blocks.Count);
            });
        WriteTiles(file.Bytes, raster, shape, nodata, cancellationToken);
        await file.CommitAsync();
        return (shape, plan.Blocks.Count);
    }

    /// <exception cref="TaskQueueException">The value does not fit, or there has to be one (64).</exception>
    private (string? Text, byte[]? Value) NodataOf(PixelType type, long uncovered)
    {
        var text = Nodata ?? (uncovered == 0 ? null : type.IsFloat ? "nan" : throw new TaskQueueException(
            ExitCode.Usage, $"{Counted.Of(uncovered, "pixel")} {Counted.Are(uncovered)} in no block, and the values are {type.Code}.", null,
            "Say which value they get: --nodata 0"));
        return (text, text is null ? null : type.BytesOf(text) ?? throw new TaskQueueException(
            ExitCode.Usage, $"--nodata is {Printable.Quote(text)}, but the values of the blocks are {type.Code}.", null, "Give a number of that type."));
    }

    private void WriteTiles(Stream output, RasterFile raster, NpyHeader shape, string? nodata, CancellationToken cancellationToken)
    {
        using var tiff = new GeoTiff(output, shape, Place, nodata);
        var (tile, count) = (new byte[GeoTiff.Side * GeoTiff.Side * shape.Type.Size], 0L);
        var all = (long)shape.Bands * GeoTiff.Tiles(shape.Height) * GeoTiff.Tiles(shape.Width);
        for (var band = 0; band < shape.Bands; band++)
            for (var row = 0; row < shape.Height; row += GeoTiff.Side)
                for (var column = 0; column < shape.Width; column += GeoTiff.Side)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    raster.ReadTile(tile, GeoTiff.Side, band, row, column);
                    tiff.Write(tile, band, row, column);
                    tell("Writing", "tiles", ++count, all);
                }

        tiff.Complete();
    }
}
