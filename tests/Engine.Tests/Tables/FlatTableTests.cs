using TaskQueue.Tables.Guard;

namespace TaskQueue.Tests.Tables;

public sealed class FlatTableTests
{
    private static readonly byte[] Buffer = new FlatRecord()
        .Set(0, (byte)200)
        .Set(1, true)
        .Set(2, (short)-2)
        .Set(3, 3)
        .Set(4, -4L)
        .Set(5, "fünf")
        .Set(6, [1, 2, 3, 4], perStruct: 2)
        .Set(7, new FlatRecord().Set(0, 7))
        .Set(8, [new FlatRecord().Set(0, 80), new FlatRecord().Set(0, 81)])
        .ToBytes();

    [Fact]
    public void What_was_written_is_read()
    {
        var table = FlatTable.Root(Buffer);

        Assert.Equal(((byte)200, true, (short)-2, 3, -4L),
            (table.Byte(0), table.Boolean(1), table.Int16(2), table.Int32(3), table.Int64(4)));
        Assert.Equal("fünf", table.Text(5));
        Assert.Equal(32, table.Structs(6, 16).Length);
        Assert.Equal(7, table.Table(7).Int32(0));
        Assert.Equal(2, table.Count(8));
        Assert.Equal(81, table.Table(8, 1).Int32(0));
    }

    [Fact]
    public void What_is_absent_has_its_default()
    {
        var table = FlatTable.Root(Buffer);

        Assert.False(table.Has(9));
        Assert.Equal(((byte)0, false, 0L), (table.Byte(9), table.Boolean(10), table.Int64(9)));
        Assert.Equal(((short)5, 6), (table.Int16(11, missing: 5), table.Int32(99, missing: 6)));
        Assert.Null(table.Text(9));
        Assert.Equal(0, table.Structs(9, 16).Length);
        Assert.Equal(0, table.Count(9));
        Assert.Throws<InvalidDataException>(() => FlatTable.Root(Buffer).Table(9).Int32(0));
    }

    [Fact]
    public void A_number_is_not_read_beyond_its_table() =>
        Assert.Throws<InvalidDataException>(() => FlatTable.Root(new FlatRecord().Set(0, (byte)1).ToBytes()).Int64(0));

    [Fact]
    public void A_table_that_Apache_Arrow_would_read_otherwise_is_refused()
    {
        var record = new FlatRecord();
        for (var field = 0; field < 4100; field++)
            record.Set(field, 0L);

        Assert.Throws<InvalidDataException>(() => FlatTable.Root(record.ToBytes()).Int64(0));
    }

    [Fact]
    public void Offsets_that_lead_outside_or_backward_are_refused_wherever_they_stand()
    {
        for (var at = 0; at + 4 <= Buffer.Length; at++)
        {
            foreach (var offset in (int[])[0, -1, -4, int.MaxValue, int.MinValue, Buffer.Length])
            {
                var damaged = Buffer.ToArray();
                BitConverter.TryWriteBytes(damaged.AsSpan(at), offset);
                ReadAll(damaged);
            }
        }

        static void ReadAll(byte[] bytes)
        {
            try
            {
                var table = FlatTable.Root(bytes);
                _ = (table.Byte(0), table.Int16(2), table.Int32(3), table.Int64(4), table.Text(5),
                    table.Structs(6, 16).Length);
                _ = table.Table(7).Int32(0);
                for (var index = 0; index < table.Count(8); index++)
                    _ = table.Table(8, index).Int32(0);
            }
            catch (InvalidDataException)
            {
                // Refused; anything else fails the test.
            }
        }
    }

    [Theory]
    [InlineData(new byte[] { })]
    [InlineData(new byte[] { 4, 0, 0, 0 })]
    [InlineData(new byte[] { 4, 0, 0, 0, 0, 0, 0, 0 })]
    [InlineData(new byte[] { 255, 255, 255, 255, 0, 0, 0, 0 })]
    public void What_is_no_flatbuffer_is_refused(byte[] bytes) =>
        Assert.Throws<InvalidDataException>(() => FlatTable.Root(bytes).Text(0));
}
