using System.Globalization;
using System.Text;
using TaskQueue.Tables;

namespace TaskQueue.Tests.Tables;

public sealed class FeatherWriterTests : IDisposable
{
    private static readonly FeatherColumn[] Columns =
    [
        new("id", ColumnKind.Integer),
        new("share", ColumnKind.Float),
        new("name", ColumnKind.Text),
        new("wanted", ColumnKind.Boolean),
        new("finished", ColumnKind.Timestamp),
    ];

    private static readonly DateTimeOffset Start = new(2024, 2, 29, 12, 0, 0, TimeSpan.FromHours(2));

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1000)]
    [InlineData(150_000)]
    public void What_was_written_is_read(int rows)
    {
        Write(rows);

        using var table = FeatherTable.Open(_folder["table.feather"]);
        Assert.Equal(
            [
                new("id", ColumnKind.Integer, "int64", true),
                new("share", ColumnKind.Float, "float64", true),
                new("name", ColumnKind.Text, "utf8", true),
                new("wanted", ColumnKind.Boolean, "bool", true),
                new("finished", ColumnKind.Timestamp, "timestamp[us, UTC]", true),
            ],
            table.Columns);
        Assert.Equal(Enumerable.Range(0, rows).Select(Line), Rows.Read(table));
    }

    [Theory]
    [InlineData("tables/read-polars.mjs", 70_000)]
    [InlineData("tables/read-polars.mjs", 9)]
    [InlineData("tables/read-polars.mjs", 1001)]
    [InlineData("tables/read-arrow.mjs", 70_000)]
    [InlineData("tables/read-arrow.mjs", 9)]
    public async Task Other_libraries_read_what_was_written(string script, int rows)
    {
        Write(rows);
        File.WriteAllLines(_folder["lines"], Enumerable.Range(0, rows).Select(Line));

        await Node.RunScript(script, _folder["table.feather"], _folder["lines"]);
    }

    [Fact]
    public void A_row_needs_a_value_of_the_right_kind_in_every_column()
    {
        var writer = new FeatherWriter(Stream.Null, Columns);

        Assert.Throws<InvalidOperationException>(() => writer.Add(0, "text"u8));
        writer.Add(0, 1L);
        Assert.Throws<InvalidOperationException>(writer.EndRow);
    }

    [Fact]
    public void Batches_of_a_wide_table_have_few_rows()
    {
        const int Rows = 3000;
        FeatherColumn[] columns = [.. Enumerable.Range(0, 2000).Select(column => new FeatherColumn($"x{column}", ColumnKind.Integer))];
        using (var file = File.Create(_folder["table.feather"]))
        {
            var writer = new FeatherWriter(file, columns);
            for (var row = 0; row < Rows; row++)
            {
                for (var column = 0; column < columns.Length; column++)
                    writer.Add(column, (long)row);
                writer.EndRow();
            }

            writer.Complete();
        }

        using var table = FeatherTable.Open(_folder["table.feather"]);
        var lengths = table.ReadBatches().Select(batch => batch.Length).ToList();
        Assert.Equal(Rows, lengths.Sum());
        Assert.All(lengths, length => Assert.InRange(length, 1, 1100));
    }

    private static string Line(int row) => row % 10 is 9
        ? """{"id":null,"share":null,"name":null,"wanted":null,"finished":null}"""
        : string.Create(
            CultureInfo.InvariantCulture,
            $$"""{"id":{{864691135000000001 + row}},"share":{{row / 8.0}},"name":"{{Name(row)}}","wanted":{{(row % 3 is 0 ? "true" : "false")}},"finished":"{{Finished(row):yyyy-MM-ddTHH:mm:ss.FFFFFFZ}}"}""");

    private static string Name(int row) => row % 7 is 0 ? "" : $"Größe {row}";

    private static DateTime Finished(int row) => Start.AddMicroseconds(row).UtcDateTime;

    private void Write(int rows)
    {
        using var file = File.Create(_folder["table.feather"]);
        var writer = new FeatherWriter(file, Columns);
        for (var row = 0; row < rows; row++)
        {
            if (row % 10 is 9)
                AddNulls(writer);
            else
                AddValues(writer, row);
            writer.EndRow();
        }

        writer.Complete();
    }

    private static void AddNulls(FeatherWriter writer)
    {
        for (var column = 0; column < Columns.Length; column++)
            writer.AddNull(column);
    }

    private static void AddValues(FeatherWriter writer, int row)
    {
        writer.Add(0, 864691135000000001 + row);
        writer.Add(1, row / 8.0);
        writer.Add(2, Encoding.UTF8.GetBytes(Name(row)));
        writer.Add(3, row % 3 is 0);
        writer.Add(4, Start.AddMicroseconds(row));
    }
}
