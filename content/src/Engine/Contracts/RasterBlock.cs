namespace TaskQueue.Contracts;

/// <summary>
/// A block of a raster that a row wrote: <c>dotnet run gather</c> joins the blocks of all rows into one GeoTIFF. It is the
/// row's result, or a property of it. The row's parameters say where the block lies: row (or row_off), column (or col_off),
/// height and width, in pixels.
/// </summary>
/// <param name="Name">Name of the object in CF_CLOUDPATH: an array in NumPy's format, bands first.</param>
/// <param name="Top">Lines of pad above those that are kept, at least 0.</param>
/// <param name="Left">Columns of pad to the left of those that are kept, at least 0.</param>
/// <param name="Bottom">Lines of pad below, at least 0.</param>
/// <param name="Right">Columns of pad to the right, at least 0.</param>
public sealed record RasterBlock(string Name, int Top = 0, int Left = 0, int Bottom = 0, int Right = 0);
