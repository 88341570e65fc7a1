using System.Text;
using TaskQueue.Contracts;
using TaskQueue.Tables;
using TaskQueue.Tables.Guard;
using TaskQueue.Tests.Tables;

namespace TaskQueue.Tests.Insert;

/// <summary>Tables with bad or odd content, from the file to the queue.</summary>
public sealed class TableFaultTests : IDisposable
{
    private readonly InsertProject _project = new();

    public static TheoryData<string> FuzzerFiles => ArrowData.Files("hostile", "*");

    public void Dispose() => _project.Dispose();

    [Theory]
    [MemberData(nameof(FuzzerFiles))]
    public async Task Nothing_is_queued_of_a_file_that_a_fuzzer_found(string name)
    {
        File.Copy(ArrowData.PathOf("hostile", name), _project["tasks.feather"]);

        Assert.InRange((await _project.RefuseAsync("tasks.feather")).Split('\n').Length, 1, 3);
    }

    [Fact]
    public async Task An_id_that_repeats_far_away_is_listed_with_its_row_and_nothing_is_queued()
    {
        const int Rows = 200_000;
        WriteIds(Enumerable.Range(0, Rows).Select(row => row switch
        {
            Rows - 1 => "0",
            Rows - 2 => "70000",
            _ => $"{row}",
        }));

        Assert.Contains("repeats an earlier id: rows 199998 ('70000'), 199999 ('0').", await _project.RefuseAsync("tasks.feather"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a\tb")]
    [InlineData("a\0")]
    [InlineData("")]
    [InlineData("\u3000a")]
    public async Task An_id_that_cannot_be_one_is_listed_with_its_row_and_nothing_is_queued(string id)
    {
        WriteIds(["fine", id]);

        Assert.Contains("(column 'id'): row 1.", await _project.RefuseAsync("tasks.feather"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_repeated_id_cannot_draw_on_the_terminal()
    {
        WriteIds(["a\u202eb", "a\u202eb"]);

        Assert.Contains("row 1 ('a\\u202eb')", await _project.RefuseAsync("tasks.feather"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Odd_ids_travel_as_they_are_and_stay_different()
    {
        string[] ids = ["\ufeffa", "a", "\u202ea", "é", "e\u0301", "\U0001f600", "=1+1", "<b>", "$(x)"];
        WriteIds(ids);

        await _project.InsertAsync("tasks.feather");

        Assert.Equal(ids, (await _project.ParametersAsync()).Select(parameters => parameters.Id));
    }

    [Fact]
    public async Task An_id_that_is_not_utf8_is_refused_and_never_replaced()
    {
        var file = new ArrowFile(ArrowFile.Field("id", FieldType.Utf8))
            .Add(ArrowFile.Batch(1, [1, 0], [0, 0, 0, 8, 8, 2]), [0, 0, 0, 0, 2, 0, 0, 0, 0xC3, 0x28]);
        await File.WriteAllBytesAsync(_project["tasks.feather"], file.ToBytes(), TestContext.Current.CancellationToken);

        Assert.Contains("column 'id' (utf8), rows from 0: it has text that is not UTF-8", await _project.RefuseAsync("tasks.feather"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Numbers_come_out_of_a_message_bit_by_bit_as_they_stood_in_the_table()
    {
        double[] values =
        [
            double.NaN, double.PositiveInfinity, double.NegativeInfinity, -0.0, double.Epsilon, double.MaxValue, 0.1,
            .. Doubles(seed: 20260501).Take(500),
        ];
        long[] numbers = [long.MinValue, long.MaxValue, (1L << 53) + 1, -(1L << 53) - 1, 864691135000000001];
        Write([new("id", ColumnKind.Text), new("value", ColumnKind.Float), new("number", ColumnKind.Integer)], values.Length, (writer, row) =>
        {
            writer.Add(0, Encoding.ASCII.GetBytes($"{row}"));
            writer.Add(1, values[row]);
            writer.Add(2, numbers[row % numbers.Length]);
        });

        await _project.InsertAsync("tasks.feather");

        var read = await _project.ParametersAsync();
        Assert.Equal(values.Select(BitConverter.DoubleToInt64Bits), read.Select(parameters => BitConverter.DoubleToInt64Bits(parameters.Value!.Value)));
        Assert.Equal(values.Select((_, row) => numbers[row % numbers.Length]), read.Select(parameters => parameters.Number!.Value));
    }

    [Fact]
    public async Task A_decimal_keeps_all_its_digits()
    {
        var price = ArrowFile.Field("price", FieldType.Decimal, new FlatRecord().Set(0, 28).Set(1, 9).Set(2, 128));
        await WriteBesideIdAsync(price, [.. BitConverter.GetBytes((Int128)1234567890123456789)]);

        await _project.InsertAsync("tasks.feather");

        Assert.Equal(1234567890.123456789m, Assert.Single(await _project.ParametersAsync()).Price);
    }

    [Theory]
    [InlineData(1_714_000_000_000_001, "2024-04-24T23:06:40.000001")]
    [InlineData(-62_135_596_800_000_000, "0001-01-01T00:00:00")]
    public async Task A_timestamp_without_zone_stays_without(long microseconds, string expected)
    {
        await WriteBesideIdAsync(Timestamp, BitConverter.GetBytes(microseconds));

        await _project.InsertAsync("tasks.feather");

        var day = Assert.Single(await _project.ParametersAsync()).Day!.Value;
        Assert.Equal((DateTime.Parse(expected, null), DateTimeKind.Unspecified), (day, day.Kind));
    }

    [Theory]
    [InlineData(-62_135_596_800_000_001)]
    [InlineData(253_402_300_800_000_000)]
    [InlineData(long.MinValue)]
    public async Task A_year_that_the_parameter_cannot_hold_is_refused_by_column_type_and_row(long microseconds)
    {
        await WriteBesideIdAsync(Timestamp, BitConverter.GetBytes(microseconds));

        Assert.Contains(
            "Column 'day' (timestamp[us]) holds a value that does not fit parameter Day (DateTime?): row 0.",
            await _project.RefuseAsync("tasks.feather"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_table_that_shrinks_after_it_was_checked_is_an_error_and_nothing_is_queued()
    {
        WriteIds(Enumerable.Range(0, 300_000).Select(row => $"{row}"));

        var error = await Assert.ThrowsAsync<TaskQueueException>(
            () => _project.InsertAsync("tasks.feather", new() { Selected = (_, _) => Shrink() }));

        Assert.Equal(ExitCode.BadInput, error.ExitCode);
        Assert.Contains("changed or cut off", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, (await _project.CountAsync()).Ready);
    }

    [Fact]
    public async Task After_a_table_shrank_half_way_the_same_insert_queues_the_rest_and_nothing_twice()
    {
        const int Rows = 300_000;
        WriteIds(Enumerable.Range(0, Rows).Select(row => $"{row}"));
        var whole = await File.ReadAllBytesAsync(_project["tasks.feather"], TestContext.Current.CancellationToken);

        var error = await Assert.ThrowsAsync<TaskQueueException>(
            () => _project.InsertAsync("tasks.feather", new() { Inserted = (_, _) => Shrink() }));

        Assert.Equal(ExitCode.PartDone, error.ExitCode);
        Assert.InRange((await _project.CountAsync()).Ready, 1, Rows - 1);
        await File.WriteAllBytesAsync(_project["tasks.feather"], whole, TestContext.Current.CancellationToken);
        await _project.InsertAsync("tasks.feather");
        Assert.Equal(Rows, (await _project.CountAsync()).Ready);
    }

    private static FlatRecord Timestamp => ArrowFile.Field("day", FieldType.Timestamp, new FlatRecord().Set(0, (short)2));

    private static IEnumerable<double> Doubles(int seed)
    {
#pragma warning disable CA5394 // The numbers are test data.
        var random = new Random(seed);
        while (true)
            if (BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue)) is var number && !double.IsNaN(number))
                yield return number;
#pragma warning restore CA5394
    }

    private void Shrink()
    {
        using var file = new FileStream(_project["tasks.feather"], FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        file.SetLength(1000);
    }

    private void WriteIds(IEnumerable<string> ids)
    {
        var rows = ids.ToList();
        Write([new("id", ColumnKind.Text)], rows.Count, (writer, row) => writer.Add(0, Encoding.UTF8.GetBytes(rows[row])));
    }

    private void Write(FeatherColumn[] columns, int rows, Action<FeatherWriter, int> write)
    {
        using var file = File.Create(_project["tasks.feather"]);
        var writer = new FeatherWriter(file, columns);
        for (var row = 0; row < rows; row++)
        {
            write(writer, row);
            writer.EndRow();
        }

        writer.Complete();
    }

    /// <summary>One row: an id, and one value of the column.</summary>
    private Task WriteBesideIdAsync(FlatRecord column, byte[] value)
    {
        var file = new ArrowFile(ArrowFile.Field("id", FieldType.Utf8), column).Add(
            ArrowFile.Batch(1, [1, 0, 1, 0], [0, 0, 0, 8, 8, 1, 16, 0, 16, value.Length]),
            [0, 0, 0, 0, 1, 0, 0, 0, (byte)'a', 0, 0, 0, 0, 0, 0, 0, .. value]);
        return File.WriteAllBytesAsync(_project["tasks.feather"], file.ToBytes(), TestContext.Current.CancellationToken);
    }
}
