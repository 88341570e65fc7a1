using TaskQueue.Contracts;
using TaskQueue.Tables;
using TaskQueue.Tables.Guard;
using TaskQueue.Tests.Tables.Bombs;
using static TaskQueue.Tests.Tables.ArrowFile;

namespace TaskQueue.Tests.Tables;

/// <summary>Small files that would cost much, and large ones that a machine need not have the memory for.</summary>
public sealed class BombTests(ITestOutputHelper output) : IDisposable
{
    private static readonly Dictionary<string, Bomb> Bombs =
        SchemaBombs.All.Concat(BatchBombs.All).Concat(ValueBombs.All).Concat(PackedBombs.All).ToDictionary(bomb => bomb.Name);

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Names => [.. Bombs.Keys];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_bomb_is_refused_for_what_it_is_or_read_at_little_cost(string name)
    {
        var refusal = await Hostile.Read(Write(Bombs[name].Make()), name);

        output.WriteLine(refusal ?? "A valid table.");
        if (Bombs[name].Complaint is not { } complaint)
            Assert.Null(refusal);
        else if (complaint is not Bomb.Either)
            Assert.Contains(complaint, refusal ?? "It was read.", StringComparison.Ordinal);
    }

    public static TheoryData<string, byte[]> SmallFiles => new()
    {
        {
            "a schema",
            new ArrowFile(SchemaBombs.List(Field("item", FieldType.Int, Int(64))), Field("d", FieldType.Utf8)).ToBytes()
        },
        { "an LZ4 frame", PackedFile(0, Packed.Lz4(8000)) },
        { "a ZSTD frame", PackedFile(1, Packed.Zstd(8000)) },
    };

    [Theory]
    [MemberData(nameof(SmallFiles))]
    public async Task Damage_anywhere_never_does_more_than_refuse(string name, byte[] bytes)
    {
        for (var at = 8; at < bytes.Length; at++)
        {
            foreach (var value in new byte[] { 0, 1, 0x7F, 0x80, 0xFF })
            {
                var damaged = bytes.ToArray();
                damaged[at] = value;
                await Hostile.Read(Write(damaged), $"{name}, byte {at} set to {value}");
            }
        }
    }

    [Fact]
    public async Task A_batch_of_more_than_2_GiB_is_refused_with_advice()
    {
        const long Body = 3L << 30;
        const long Rows = Body / 64;
        var file = new ArrowFile(Field("x", FieldType.FixedSizeBinary, new FlatRecord().Set(0, 64)));
        file.WriteWithHole(_folder["bomb"], Batch(Rows, [Rows, 0], [0, 0, 0, Body]), Body);

        var refusal = await Hostile.Read(_folder["bomb"], "3 GiB");

        Assert.Contains("a record batch of it has 3,072 MiB, and up to 2,047 are read", refusal, StringComparison.Ordinal);
        Assert.Contains("pyarrow.feather.write_feather writes small ones", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_shrinks_while_it_is_read_is_an_error()
    {
        var file = BatchBombs.Numbers();
        for (var batch = 0; batch < 2; batch++)
            file.Add(Batch(1000, [1000, 0], [0, 0, 0, 8000]), new byte[8000]);
        using var table = FeatherTable.Open(Write(file.ToBytes()));
        using var batches = table.ReadBatches().GetEnumerator();
        Assert.True(batches.MoveNext());

        await using (var stream = new FileStream(_folder["bomb"], FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
            stream.SetLength(9000);

        var error = Assert.Throws<TaskQueueException>(() => { while (batches.MoveNext()) { } });
        Assert.Equal(ExitCode.BadInput, error.ExitCode);
        Assert.Contains("changed or cut off", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_header_that_changes_while_the_table_is_read_is_checked_again()
    {
        var file = BatchBombs.Numbers().Add(Batch(1000, [1000, 0], [0, 0, 0, 8000]), new byte[8000]);
        var bytes = file.ToBytes();
        using var table = FeatherTable.Open(Write(bytes));

        Array.Fill(bytes, byte.MaxValue, (int)file.Batches[0], (int)file.Batches[1]);
        File.WriteAllBytes(_folder["bomb"], bytes);

        var error = Assert.Throws<TaskQueueException>(() => table.ReadBatches().Count());
        Assert.Contains("length of a batch header", error.Message, StringComparison.Ordinal);
    }

    private static byte[] PackedFile(byte codec, byte[] packed) =>
        BatchBombs.Numbers().Add(Batch(1000, [1000, 0], [0, 0, 0, packed.Length], codec), packed).ToBytes();

    private string Write(byte[] bytes)
    {
        File.WriteAllBytes(_folder["bomb"], bytes);
        return _folder["bomb"];
    }
}
