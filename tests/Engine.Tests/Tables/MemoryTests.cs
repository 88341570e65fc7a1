using TaskQueue.Tables.Guard;
using static TaskQueue.Tests.Tables.ArrowFile;

namespace TaskQueue.Tests.Tables;

/// <summary>The memory of reading does not grow with the rows, though they are one record batch, as polars writes it.</summary>
public sealed class MemoryTests : IDisposable
{
    private const long Tolerance = 16_000_000;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Reading_many_rows_takes_as_much_memory_as_reading_few()
    {
        var few = await PeakAsync(200_000);
        var many = await PeakAsync(3_000_000);

        Assert.InRange(many, 0, few + Tolerance);
    }

    private async Task<long> PeakAsync(int rows)
    {
        var offsets = Enumerable.Range(0, rows + 1).SelectMany(row => BitConverter.GetBytes(8 * row)).ToArray();
        byte[] body = [.. offsets, .. new byte[-offsets.Length & 7], .. new byte[8 * rows], .. new byte[8 * rows]];
        var file = new ArrowFile(Field("x", FieldType.Utf8), Field("y", FieldType.Int, Int(64)))
            .Add(Batch(rows, [rows, 0, rows, 0], [0, 0, 0, offsets.Length, body.Length - (16 * rows), 8 * rows, 0, 0, body.Length - (8 * rows), 8 * rows]), body);
        await File.WriteAllBytesAsync(_folder["table"], file.ToBytes(), TestContext.Current.CancellationToken);
        return (await Hostile.Measure(_folder["table"], $"{rows} rows")).PeakBytes;
    }
}
