using System.Text;
using TaskQueue.Tables;

namespace TaskQueue.Tests.Tables;

/// <summary>
/// Makes the parameter table that ships with the template, one row for each window of the sample raster. After a
/// change: <c>dotnet run --project tests/Engine.Tests -- --child write-sample content/tasks.feather</c>.
/// </summary>
internal static class SampleTable
{
    private const int Rows = 12;
    private const int Columns = 20;
    private const int Size = 20;

    private static readonly FeatherColumn[] Schema =
    [
        new("window_id", ColumnKind.Text),
        new("raster", ColumnKind.Text),
        new("row", ColumnKind.Integer),
        new("column", ColumnKind.Integer),
        new("height", ColumnKind.Integer),
        new("width", ColumnKind.Integer),
    ];

    public static byte[] Create()
    {
        using var bytes = new MemoryStream();
        var writer = new FeatherWriter(bytes, Schema);
        for (var window = 0; window < Rows * Columns; window++)
        {
            var (row, column) = Math.DivRem(window, Columns);
            writer.Add(0, Encoding.UTF8.GetBytes($"r{row:00}c{column:00}"));
            writer.Add(1, "sample/landscape.bsq"u8);
            writer.Add(2, (long)row * Size);
            writer.Add(3, (long)column * Size);
            writer.Add(4, (long)Size);
            writer.Add(5, (long)Size);
            writer.EndRow();
        }

        writer.Complete();
        return bytes.ToArray();
    }

    /// <summary>Writes it.</summary>
    /// <param name="args">The file.</param>
    public static Task WriteAsync(string[] args) => File.WriteAllBytesAsync(args[0], Create());
}
