using TaskQueue.Tables;

namespace TaskQueue.Tests.Tables;

public sealed class SampleTableTests
{
    private static readonly string Shipped = Path.Join(Repository.Root, "content", "tasks.feather");

    [Fact]
    public void The_table_that_ships_is_the_one_that_our_writer_makes() =>
        Assert.Equal(SampleTable.Create(), File.ReadAllBytes(Shipped));

    [Fact]
    public void It_has_a_row_for_each_window()
    {
        using var table = FeatherTable.Open(Shipped);

        Assert.Equal(240, table.RowCount);
        Assert.Equal(
            """{"window_id":"r11c19","raster":"sample/landscape.bsq","row":220,"column":380,"height":20,"width":20}""",
            Rows.Read(table).Last());
    }

    [Fact]
    public async Task Polars_reads_it()
    {
        var lines = (await Node.RunScript("tables/print-polars.mjs", Shipped)).TrimEnd().Split('\n');

        Assert.Equal("window_id: String, raster: String, row: Int64, column: Int64, height: Int64, width: Int64", lines[0]);
        Assert.Equal(241, lines.Length);
    }
}
