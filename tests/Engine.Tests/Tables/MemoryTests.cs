using System.Text.Json;
using TaskQueue.Contracts;
using TaskQueue.Tables.Guard;
using TaskQueue.Tests.Children;
using static TaskQueue.Tests.Tables.ArrowFile;

namespace TaskQueue.Tests.Tables;

/// <summary>One record batch is in memory at a time, and a large one in a temporary file where memory is short.</summary>
public sealed class MemoryTests : IDisposable
{
    private const long Tolerance = 16_000_000;

    /// <summary>The heap that .NET takes in a container of 128 MB.</summary>
    private const string SmallHeap = "DOTNET_GCHeapHardLimit=0x6000000";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Reading_many_batches_takes_as_much_memory_as_reading_few()
    {
        var few = await PeakAsync(batches: 5);
        var many = await PeakAsync(batches: 50);

        Assert.InRange(many, 0, few + Tolerance);
    }

    [Fact]
    public async Task Of_a_batch_of_512_MiB_a_part_is_in_memory()
    {
        const int Columns = 8;
        const int Width = 128;
        const int Rows = 1 << 19;
        var column = Packed.Lz4(Rows * Width);
        var file = new ArrowFile([.. Enumerable.Range(0, Columns).Select(number =>
            Field($"x{number}", FieldType.FixedSizeBinary, new FlatRecord().Set(0, Width)))]);
        byte[] padded = [.. column, .. new byte[-column.Length & 7]];
        file.Add(
            Batch(
                Rows, [.. Enumerable.Repeat<long[]>([Rows, 0], Columns).SelectMany(node => node)],
                [.. Enumerable.Range(0, Columns).SelectMany(number => (long[])[0, 0, number * padded.Length, column.Length])], codec: 0),
            [.. Enumerable.Repeat(padded, Columns).SelectMany(bytes => bytes)]);
        await File.WriteAllBytesAsync(_folder["table"], file.ToBytes(), TestContext.Current.CancellationToken);

        var reading = await Hostile.Measure(_folder["table"], "512 MiB");

        Assert.Null(reading.Message);
        Assert.InRange(reading.PeakBytes, 0, 448 << 20);
    }

    [Fact]
    public async Task A_batch_that_is_larger_than_the_heap_is_read()
    {
        var reading = await ReadLargeAsync("env", SmallHeap);

        Assert.Null(reading.Message);
    }

    [Fact]
    public async Task A_batch_is_an_error_when_there_is_no_room_on_the_disk_either()
    {
        Need.That(Need.Runs("unshare", "--map-root-user", "--mount", "true"), "unshare (util-linux), and leave to make namespaces");
        var room = Directory.CreateDirectory(_folder["room"]).FullName;

        var reading = await ReadLargeAsync(
            "unshare", "--map-root-user", "--mount", "sh", "-c",
            $"mount -t tmpfs -o size=100m tmpfs \"$0\" && exec env TMPDIR=\"$0\" {SmallHeap} \"$@\"", room);

        Assert.Equal(ExitCode.InputOutput, reading.Code);
        Assert.Contains("needs 195 MiB for a moment, which cannot be had: ", reading.Message, StringComparison.Ordinal);
        Assert.Contains("name another with TMPDIR", reading.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_that_is_not_there_has_no_room()
    {
        var reading = await ReadLargeAsync("env", SmallHeap, $"TMPDIR={_folder["nowhere"]}");

        Assert.Equal(ExitCode.InputOutput, reading.Code);
        Assert.Contains(_folder["nowhere"], reading.Message, StringComparison.Ordinal);
    }

    /// <summary>A batch of 195 MiB.</summary>
    private async Task<TableReading> ReadLargeAsync(params string[] wrapper)
    {
        const int Rows = 200_000;
        const int Width = 1024;
        var file = new ArrowFile(Field("x", FieldType.FixedSizeBinary, new FlatRecord().Set(0, Width)));
        file.WriteWithHole(_folder["table"], Batch(Rows, [Rows, 0], [0, 0, 0, Rows * Width]), Rows * Width);

        using var child = Child.StartThrough(wrapper, "read-tables");
        await child.Output.ReadLineAsync(TestContext.Current.CancellationToken);
        await child.Input.WriteLineAsync(_folder["table"]);
        var answer = await child.Output.ReadLineAsync(TestContext.Current.CancellationToken);
        return JsonSerializer.Deserialize<TableReading>(answer!)!;
    }

    private async Task<long> PeakAsync(int batches)
    {
        const int Rows = 60_000;
        var offsets = Enumerable.Range(0, Rows + 1).SelectMany(row => BitConverter.GetBytes(8 * row)).ToArray();
        byte[] body = [.. offsets, .. new byte[-offsets.Length & 7], .. new byte[8 * Rows], .. new byte[8 * Rows]];
        var file = new ArrowFile(Field("x", FieldType.Utf8), Field("y", FieldType.Int, Int(64)));
        for (; batches > 0; batches--)
        {
            file.Add(Batch(Rows, [Rows, 0, Rows, 0],
                [0, 0, 0, offsets.Length, body.Length - (16 * Rows), 8 * Rows, 0, 0, body.Length - (8 * Rows), 8 * Rows]), body);
        }

        await File.WriteAllBytesAsync(_folder["table"], file.ToBytes(), TestContext.Current.CancellationToken);
        return (await Hostile.Measure(_folder["table"], $"{batches} batches")).PeakBytes;
    }
}
