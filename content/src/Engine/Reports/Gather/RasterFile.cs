using TaskQueue.Contracts;
using TaskQueue.Storage.Folder;

namespace TaskQueue.Reports.Gather;

/// <summary>A raster as plain values, in a temporary file: blocks come in any order, tiles are read in theirs.</summary>
internal sealed class RasterFile : IDisposable
{
    private const int FillBytes = 1 << 20;

    private readonly FileStream _file;
    private readonly NpyHeader _shape;

    /// <param name="folder">Where the file lies; nobody sees it there.</param>
    /// <param name="shape">The raster's type and size.</param>
    /// <exception cref="TaskQueueException">There is no room for it (74).</exception>
    public RasterFile(string folder, NpyHeader shape)
    {
        _shape = shape;
        var bytes = (Int128)shape.Bands * shape.Height * shape.Width * shape.Type.Size;
        try
        {
            var path = TemporaryFile.NewPath(folder);
            _file = new FileStream(path, new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.ReadWrite,
                Options = FileOptions.DeleteOnClose,
                BufferSize = 0,
                // Room that is missing is told before the work.
                PreallocationSize = checked((long)bytes),
            });
            // Where a file may be removed while it is open, a killed process leaves none.
            if (!OperatingSystem.IsWindows())
                File.Delete(path);
        }
        catch (Exception e) when (e is IOException or OverflowException)
        {
            throw new TaskQueueException(
                ExitCode.InputOutput, $"There is no room for a raster of {shape}: it takes {bytes} bytes while it is made.", $"In {folder}",
                "Make room, or write to another disk.", e);
        }
    }

    public void Dispose() => _file.Dispose();

    /// <summary>Gives all pixels one value; without it they are 0.</summary>
    public void Fill(ReadOnlySpan<byte> value)
    {
        var buffer = new byte[FillBytes];
        for (var at = 0; at < FillBytes; at += value.Length)
            value.CopyTo(buffer.AsSpan(at));
        var length = OffsetOf(_shape.Bands, 0, 0);
        for (var at = 0L; at < length; at += FillBytes)
            RandomAccess.Write(_file.SafeFileHandle, buffer.AsSpan(0, (int)Math.Min(FillBytes, length - at)), at);
    }

    /// <summary>Where a pixel's value lies.</summary>
    public long OffsetOf(int band, int row, int column) => ((((long)band * _shape.Height) + row) * _shape.Width + column) * _shape.Type.Size;

    public void Write(ReadOnlySpan<byte> values, long offset) => RandomAccess.Write(_file.SafeFileHandle, values, offset);

    /// <summary>Reads a tile; beyond the raster's edges it repeats what was there.</summary>
    public void ReadTile(byte[] tile, int side, int band, int row, int column)
    {
        var (stride, count) = (side * _shape.Type.Size, Math.Min(side, _shape.Width - column) * _shape.Type.Size);
        for (var line = 0; line < Math.Min(side, _shape.Height - row); line++)
            if (RandomAccess.Read(_file.SafeFileHandle, tile.AsSpan(line * stride, count), OffsetOf(band, row + line, column)) < count)
                throw new EndOfStreamException("The temporary raster is shorter than it was made.");
    }
}
