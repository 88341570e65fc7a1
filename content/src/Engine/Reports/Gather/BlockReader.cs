using TaskQueue.Contracts;

namespace TaskQueue.Reports.Gather;

/// <summary>Reads blocks from the store, a piece at a time; no length that they state is trusted.</summary>
/// <param name="store">Where they are.</param>
internal sealed class BlockReader(IOutputStore store)
{
    private const int BufferBytes = 1 << 17;

    /// <summary>Reads what a block says of itself.</summary>
    /// <exception cref="TaskQueueException">It is missing or damaged, or has another size than its window (65).</exception>
    public Task<NpyHeader> ReadHeaderAsync(BlockPlace place, CancellationToken cancellationToken) =>
        ReadAsync(place, (file, stop) => ReadHeaderAsync(file, place, stop), cancellationToken);

    /// <summary>Copies a block without its pad into its place.</summary>
    /// <param name="place">Its place.</param>
    /// <param name="first">Another block, with what it says of itself: all are of one type.</param>
    /// <param name="raster">Gets the values.</param>
    /// <param name="cancellationToken">Stops between two pieces.</param>
    /// <exception cref="TaskQueueException">It is missing, damaged or different (65).</exception>
    public Task CopyAsync(BlockPlace place, (BlockPlace Place, NpyHeader Header) first, RasterFile raster, CancellationToken cancellationToken) =>
        ReadAsync(place, (file, stop) => CopyAsync(file, place, first, raster, stop), cancellationToken);

    private static async Task<bool> CopyAsync(
        Stream file, BlockPlace place, (BlockPlace Place, NpyHeader Header) first, RasterFile raster, CancellationToken cancellationToken)
    {
        var header = await ReadHeaderAsync(file, place, cancellationToken);
        if (header.Type != first.Header.Type || header.Bands != first.Header.Bands)
            throw new TaskQueueException(
                ExitCode.BadInput, $"The blocks of rows {Printable.Quote(first.Place.Id)} and {Printable.Quote(place.Id)} differ: {first.Header.Kind} and {header.Kind}.",
                $"In {first.Place.Block!.Name} and {place.Block!.Name}", "All blocks of a raster have one type and number of bands.");

        var (block, size) = (place.Block!, (long)header.Type.Size);
        var buffer = new byte[BufferBytes];
        for (var band = 0; band < header.Bands; band++)
        {
            await MoveAsync(size * block.Top * header.Width, null);
            for (var line = 0; line < place.Height; line++)
            {
                await MoveAsync(size * block.Left, null);
                await MoveAsync(size * place.Width, raster.OffsetOf(band, place.Row + line, place.Column));
                await MoveAsync(size * block.Right, null);
            }

            await MoveAsync(size * block.Bottom * header.Width, null);
        }

        return await file.ReadAsync(buffer.AsMemory(0, 1), cancellationToken) == 0 ? true : throw new InvalidDataException("goes on after its values");

        async ValueTask MoveAsync(long bytes, long? target)
        {
            for (var at = 0L; at < bytes; at += BufferBytes)
            {
                var piece = buffer.AsMemory(0, (int)Math.Min(BufferBytes, bytes - at));
                await file.ReadExactlyAsync(piece, cancellationToken);
                if (target is { } offset)
                    raster.Write(piece.Span, offset + at);
            }
        }
    }

    private static async Task<NpyHeader> ReadHeaderAsync(Stream file, BlockPlace place, CancellationToken cancellationToken)
    {
        var (header, block) = (await NpyHeader.ReadAsync(file, cancellationToken), place.Block!);
        var (height, width) = ((long)block.Top + place.Height + block.Bottom, (long)block.Left + place.Width + block.Right);
        return header.Height == height && header.Width == width ? header : throw new InvalidDataException(
            $"has {header.Height} x {header.Width} pixels, but the window with its pad has {height} x {width}");
    }

    private async Task<T> ReadAsync<T>(BlockPlace place, Func<Stream, CancellationToken, Task<T>> read, CancellationToken cancellationToken)
    {
        try
        {
            await using var content = await store.OpenReadAsync(place.Block!.Name, cancellationToken);
            await using var file = new BufferedStream(content, BufferBytes);
            return await read(file, cancellationToken);
        }
        catch (FileNotFoundException)
        {
            throw Refuse(place, "is missing", "its row is done, but the object is not there");
        }
        catch (EndOfStreamException)
        {
            throw Refuse(place, "is damaged", "it ends before its values do");
        }
        catch (InvalidDataException e)
        {
            throw Refuse(place, "is refused", $"it {e.Message}");
        }
    }

    private TaskQueueException Refuse(BlockPlace place, string what, string why) => new(
        ExitCode.BadInput, $"The block of row {Printable.Quote(place.Id)} {what}: {why}.", $"{Printable.Short(place.Block!.Name)} in {store.Location}",
        "Run the row again: dotnet run insert-tasks --again");
}
