using TaskQueue.Contracts;
using TaskQueue.Tables;
using TaskQueue.Tests.Grids;
using TaskQueue.Tests.Tables;

namespace TaskQueue.Tests.Commands;

/// <summary>What <c>make-table</c> writes, and what it refuses.</summary>
public sealed class MakeTableVerbTests : IDisposable
{
    private readonly CommandProject _project = new();

    public void Dispose() => _project.Dispose();

    [Fact]
    public async Task A_range_is_a_column_of_ids_without_the_end()
    {
        var run = await _project.RunAsync("make-table range 0..20 --output ids");

        Assert.Equal((ExitCode.Done, "", "Wrote 20 rows to ids.feather\n"), (run.Code, run.Output, run.Error));
        Assert.Equal(Enumerable.Range(0, 20).Select(id => $$"""{"id":{{id}}}"""), Rows.Read(_project["ids.feather"]));
    }

    [Fact]
    public async Task A_range_reaches_to_both_ends_of_int64()
    {
        await _project.RunAsync("make-table range 9223372036854775805..9223372036854775807 --output high");
        await _project.RunAsync("make-table range -9223372036854775808..-9223372036854775806 --output low");

        Assert.Equal(["""{"id":9223372036854775805}""", """{"id":9223372036854775806}"""], Rows.Read(_project["high.feather"]));
        Assert.Equal(["""{"id":-9223372036854775808}""", """{"id":-9223372036854775807}"""], Rows.Read(_project["low.feather"]));
    }

    [Fact]
    public async Task A_grid_is_cut_at_the_edges()
    {
        await _project.RunAsync("make-table grid --height 5 --width 7 --size 4 --output windows");

        Assert.Equal(
            [
                """{"row_off":0,"col_off":0,"height":4,"width":4}""", """{"row_off":0,"col_off":4,"height":4,"width":3}""",
                """{"row_off":4,"col_off":0,"height":1,"width":4}""", """{"row_off":4,"col_off":4,"height":1,"width":3}""",
            ],
            Rows.Read(_project["windows.feather"]));
    }

    [Fact]
    public async Task A_block_is_a_window_of_several_chunks()
    {
        await _project.RunAsync("make-table grid --height 5 --width 9 --size 2 --block 3 --output blocks");

        Assert.Equal(
            ["""{"row_off":0,"col_off":0,"height":5,"width":6,"chunk":2}""", """{"row_off":0,"col_off":6,"height":5,"width":3,"chunk":2}"""],
            Rows.Read(_project["blocks.feather"]));
    }

    [Fact]
    public async Task Windows_cover_every_pixel_once()
    {
        await _project.RunAsync("make-table grid --height 37 --width 53 --size 5 --block 2 --output blocks");

        using var table = FeatherTable.Open(_project["blocks.feather"]);
        var seen = new int[37, 53];
        foreach (var batch in table.ReadBatches())
        {
            for (var row = 0; row < batch.Length; row++)
            {
                long[] window = [.. Enumerable.Range(0, 4).Select(column => batch.Columns[column].TryGetInt64(row, out var number) ? number : -1)];
                for (var y = window[0]; y < window[0] + window[2]; y++)
                    for (var x = window[1]; x < window[1] + window[3]; x++)
                        seen[y, x]++;
            }
        }

        Assert.All(seen.Cast<int>(), count => Assert.Equal(1, count));
    }

    [Theory]
    [InlineData("tables/print-arrow.mjs", "key: Utf8, zone: Int64, epsg: Int64, x_min: Float64, y_min: Float64, x_max: Float64, y_max: Float64, lon: Float64, lat: Float64")]
    [InlineData("tables/print-polars.mjs", "key: String, zone: Int64, epsg: Int64, x_min: Float64, y_min: Float64, x_max: Float64, y_max: Float64, lon: Float64, lat: Float64")]
    public async Task Other_libraries_read_a_table_of_tiles(string script, string columns)
    {
        await File.WriteAllTextAsync(_project["area.geojson"], Shapes.Square, TestContext.Current.CancellationToken);

        var run = await _project.RunAsync("make-table tiles area.geojson --resolution 10 --tilesize 512 --pad 8 --output tiles");

        Assert.Equal((ExitCode.Done, "Wrote 9 rows to tiles.feather\n"), (run.Code, run.Error));
        var lines = (await Node.RunScript(script, _project["tiles.feather"])).TrimEnd().Split('\n');
        Assert.Equal((10, columns), (lines.Length, lines[0]));
        Assert.Matches("""
            ^{"key":"512:8:10.0:31:0:0","zone":"31","epsg":"32631","x_min":"?500000(.0)?"?,"y_min":"?0(.0)?"?,"x_max":"?505120(.0)?"?,"y_max":"?5120(.0)?"?,"lon":"?3.02300[0-9]+"?,"lat":"?0.02316[0-9]+"?}$
            """.Trim(), lines[1]);
    }

    [Fact]
    public async Task Without_output_it_is_the_table_that_insert_tasks_reads()
    {
        _project.WriteSettings("TASK_PARAMETER_FILENAME=ids\n");

        var made = await _project.RunAsync("make-table range 1..4");
        var checkedIt = await _project.RunAsync("table ids");

        Assert.Equal((ExitCode.Done, "Wrote 3 rows to ids.feather\n"), (made.Code, made.Error));
        Assert.Contains("3 rows", checkedIt.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_there_stays_unless_it_may_be_replaced()
    {
        var before = await File.ReadAllBytesAsync(_project["tasks.feather"], TestContext.Current.CancellationToken);

        var refused = await _project.RunAsync("make-table range 0..20");

        Assert.Equal(ExitCode.Usage, refused.Code);
        Assert.Equal($"error: {_project["tasks.feather"]} is there already.", refused.ErrorLines[0]);
        Assert.Equal("  Write to another file, or add --replace.", refused.ErrorLines[^1]);
        Assert.Equal(before, await File.ReadAllBytesAsync(_project["tasks.feather"], TestContext.Current.CancellationToken));

        var replaced = await _project.RunAsync("make-table range 0..20 --replace");

        Assert.Equal(ExitCode.Done, replaced.Code);
        Assert.Equal(20, Rows.Read(_project["tasks.feather"]).Count);
    }

    [Theory]
    [InlineData("squares 3", ExitCode.Usage, "make-table makes no 'squares'; allowed: range, grid, tiles.")]
    [InlineData("range", ExitCode.Usage, "range wants START..END.")]
    [InlineData("range 20", ExitCode.Usage, "'20' is no range.")]
    [InlineData("range 0..x", ExitCode.Usage, "'0..x' is no range.")]
    [InlineData("range 0...3", ExitCode.Usage, "'0...3' is no range.")]
    [InlineData("range 5..5", ExitCode.Usage, "The range 5..5 is empty.")]
    [InlineData("range -9223372036854775808..9223372036854775807", ExitCode.Usage, "The range -9223372036854775808..9223372036854775807 is too long; allowed: 2147483647 numbers.")]
    [InlineData("range 0..9223372036854775808", ExitCode.Usage, "'0..9223372036854775808' is no range.")]
    [InlineData("range 0..5 --pad 3", ExitCode.Usage, "range takes no --pad.")]
    [InlineData("grid --height 5 --width 5", ExitCode.Usage, "grid wants --height, --width and --size.")]
    [InlineData("grid --height 5 --width 5 --size 0", ExitCode.Usage, "--size is \"0\"; allowed: a whole number from 1 to 2147483647.")]
    [InlineData("grid --height 0 --width 5 --size 1", ExitCode.Usage, "--height is \"0\"; allowed: a whole number from 1 to 2147483647.")]
    [InlineData("grid --height 5 --width 5 --size 1 --block 0", ExitCode.Usage, "--block is \"0\"; allowed: a whole number from 1 to 2147483647.")]
    [InlineData("grid --height 2000000000 --width 2000000000 --size 1", ExitCode.Usage, "The grid has 4000000000000000000 windows; allowed: 2147483647.")]
    [InlineData("grid 7 --height 5 --width 5 --size 1", ExitCode.Usage, "grid takes no '7'.")]
    [InlineData("grid --height 5 --width 5 --size 1 --resolution 1", ExitCode.Usage, "grid takes no --resolution.")]
    [InlineData("tiles", ExitCode.Usage, "tiles wants a GeoJSON file, --resolution and --tilesize.")]
    [InlineData("tiles area.geojson --resolution 10", ExitCode.Usage, "tiles wants a GeoJSON file, --resolution and --tilesize.")]
    [InlineData("tiles area.geojson --resolution 10 --tilesize 0", ExitCode.Usage, "--tilesize is \"0\"; allowed: a whole number from 1 to 1000000.")]
    [InlineData("tiles area.geojson --resolution 0 --tilesize 512", ExitCode.Usage, "--resolution is \"0\"; allowed: a number from 0.000001 to 1000000.")]
    [InlineData("tiles area.geojson --resolution -1 --tilesize 512", ExitCode.Usage, "--resolution is \"-1\"; allowed: a number from 0.000001 to 1000000.")]
    [InlineData("tiles area.geojson --resolution 10000 --tilesize 512", ExitCode.BadInput, "A tile of 512 + 2 x 0 pixels of 10000 m is too wide; allowed: up to 1000000 m.")]
    [InlineData("tiles area.geojson --resolution 10 --tilesize 512 --size 3", ExitCode.Usage, "tiles takes no --size.")]
    [InlineData("tiles area.geojson --resolution 10 --tilesize 512 --max-tiles 8", ExitCode.BadInput, "The shape has more than 8 tiles, about 9.")]
    [InlineData("tiles none.geojson --resolution 10 --tilesize 512", ExitCode.BadInput, "The shape cannot be used: there is no such file.")]
    [InlineData("tiles tasks.feather --resolution 10 --tilesize 512", ExitCode.BadInput, "The shape cannot be used: it is no JSON, ")]
    public async Task What_is_wrong_is_refused_and_nothing_is_written(string arguments, ExitCode code, string what)
    {
        await File.WriteAllTextAsync(_project["area.geojson"], Shapes.Square, TestContext.Current.CancellationToken);
        var before = Directory.GetFiles(_project.Root).Order();

        var run = await _project.RunAsync($"make-table {arguments} --output made");

        Assert.Equal(code, run.Code);
        Assert.Empty(run.Output);
        Assert.InRange(run.ErrorLines.Count, 1, 3);
        Assert.StartsWith($"error: {what}", run.ErrorLines[0], StringComparison.Ordinal);
        Assert.Equal(before, Directory.GetFiles(_project.Root).Order());
    }

    [Theory]
    [InlineData("made.csv", "The table would be made.csv; allowed: a file of this machine whose name ends with .feather.")]
    [InlineData("s3://bucket/made", "The table would be s3://bucket/made; allowed: a file of this machine whose name ends with .feather.")]
    public async Task A_table_is_a_feather_file_of_this_machine(string output, string what)
    {
        var run = await _project.RunAsync($"make-table range 0..5 --output {output}");

        Assert.Equal((ExitCode.Usage, $"error: {what}"), (run.Code, run.ErrorLines[0]));
    }

    [Fact]
    public async Task A_folder_that_is_not_there_is_named()
    {
        var run = await _project.RunAsync("make-table range 0..5 --output none/made");

        Assert.Equal((ExitCode.InputOutput, $"error: There is no folder {_project["none"]}."), (run.Code, run.ErrorLines[0]));
    }

    /// <summary>The library of shapes costs nobody else its loading: without it, all else works.</summary>
    [Fact]
    public async Task Only_tiles_of_a_shape_need_the_library_of_shapes()
    {
        await File.WriteAllTextAsync(_project["area.geojson"], Shapes.Square, TestContext.Current.CancellationToken);
        _project.WriteSettings("TQ_MAX_ATTEMPTS=1\n");
        const string Tiles = "make-table tiles area.geojson --resolution 10 --tilesize 512 --output tiles";

        var with = await BuiltProgram.ShellAsync(_project.Root, $"$P {Tiles}");
        var without = await BuiltProgram.ShellAsync(
            _project.Root,
            $"""
            cp -r "$(dirname "$P")" program && rm program/NetTopologySuite.dll && P=program/$(basename "$P")
            $P make-table range 0..5 --output ids && $P make-table grid --height 5 --width 5 --size 2 --output windows &&
            $P help && $P help make-table && $P insert-tasks && $P worker --exit-when-empty && $P status && $P results --output r.csv &&
            $P describe && $P table ids --jsonl && $P check || exit 3
            $P {Tiles} --replace
            """);

        Assert.True(with.Code == 0, with.Error);
        Assert.Equal(74, without.Code);
        Assert.Contains("NetTopologySuite", without.Error, StringComparison.Ordinal);
    }
}
