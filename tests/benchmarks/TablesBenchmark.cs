using System.Buffers;
using System.Globalization;
using System.Text.Json;
using TaskQueue.Tables;

namespace TaskQueue.Benchmarks;

/// <summary>
/// Rows per second from a table of 1,000,000 rows (int64, double, string, bool, int32) to JSON bytes, beside a loop
/// over the rows of apache-arrow for JavaScript; and the memory that it takes, which is that of one record batch.
/// </summary>
internal static class TablesBenchmark
{
    private const int Rows = 1_000_000;
    private const int ManyRows = 4_000_000;
    private const int WideRows = 200_000;
    private const int WideColumns = 200;
    private static readonly string[] Compressions = ["uncompressed", "lz4", "zstd"];

    public static async Task RunAsync()
    {
        var folder = Directory.CreateTempSubdirectory("benchmark-").FullName;
        try
        {
            await CompareAsync(folder);
            await PrintPeaksAsync(folder, Rows);
            await Node.RunAsync("tables/write-benchmark.mjs", folder, $"{ManyRows}");
            await PrintPeaksAsync(folder, ManyRows);
            var wide = Path.Join(folder, "wide.feather");
            await Node.RunAsync("tables/write-wide.mjs", wide, $"{WideRows}", $"{WideColumns}");
            Measure.Print($"peak memory, {WideRows:N0} rows of {WideColumns} columns, zstd", (await Child.RunAsync("read", wide))[0], "MB");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Reads a table in a process of its own.</summary>
    /// <returns>Megabytes at the peak.</returns>
    public static double[] ReadPeak(string path)
    {
        Read(path);
        return [Child.PeakMemory()];
    }

    private static async Task CompareAsync(string folder)
    {
        await Node.RunAsync("tables/write-benchmark.mjs", folder, $"{Rows}");
        List<(string Name, Func<Task<double>> Run)> candidates =
            [.. Compressions.Select(
                name => (name, new Func<Task<double>>(() => ReadAsync(Path.Join(folder, $"{name}.feather")))))];
        candidates.Add(("apache-arrow for JavaScript, uncompressed",
            () => ReadByNodeAsync(Path.Join(folder, "uncompressed.feather"))));

        var medians = await Measure.MediansAsync(candidates);
        for (var index = 0; index < candidates.Count; index++)
            Measure.Print(candidates[index].Name, medians[index], "rows/s");
        Measure.Print("uncompressed, times apache-arrow", medians[0] / medians[^1], "x");
    }

    private static async Task PrintPeaksAsync(string folder, int rows)
    {
        foreach (var name in Compressions)
        {
            var peak = (await Child.RunAsync("read", Path.Join(folder, $"{name}.feather")))[0];
            Measure.Print(string.Create(CultureInfo.InvariantCulture, $"peak memory, {rows:N0} rows, {name}"), peak, "MB");
        }
    }

    private static Task<double> ReadAsync(string path) => Task.Run(() => Measure.Rate(() => Read(path)));

    private static long Read(string path)
    {
        using var table = FeatherTable.Open(path);
        var bytes = new ArrayBufferWriter<byte>(1 << 12);
        using var writer = new Utf8JsonWriter(bytes, TableJson.WriterOptions);
        foreach (var batch in table.ReadBatches())
        {
            for (var row = 0; row < batch.Length; row++)
            {
                TableJson.WriteRow(writer, table, batch, row);
                writer.Flush();
                writer.Reset();
                bytes.ResetWrittenCount();
            }
        }

        return table.RowCount;
    }

    private static async Task<double> ReadByNodeAsync(string path) =>
        double.Parse(await Node.RunAsync("tables/read-rows.mjs", path), CultureInfo.InvariantCulture);
}
