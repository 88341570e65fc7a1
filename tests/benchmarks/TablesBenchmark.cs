using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using TaskQueue.Tables;

namespace TaskQueue.Benchmarks;

/// <summary>
/// Rows per second from a table of 1,000,000 rows (int64, double, string, bool, int32) to JSON bytes, beside a loop
/// over
/// the rows of apache-arrow for JavaScript.
/// </summary>
internal static class TablesBenchmark
{
    private const int Rows = 1_000_000;
    private static readonly string[] Compressions = ["uncompressed", "lz4", "zstd"];

    public static async Task RunAsync()
    {
        var folder = Directory.CreateTempSubdirectory("benchmark-").FullName;
        try
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
            Measure.Print("peak memory", Process.GetCurrentProcess().PeakWorkingSet64 / 1e6, "MB");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static Task<double> ReadAsync(string path) => Task.Run(() => Measure.Rate(() =>
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
    }));

    private static async Task<double> ReadByNodeAsync(string path) =>
        double.Parse(await Node.RunAsync("tables/read-rows.mjs", path), CultureInfo.InvariantCulture);
}
