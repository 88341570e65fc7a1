using System.Globalization;
using System.Text.Json;
using GatherProgram;
using TaskQueue.Contracts;
using TaskQueue.Tests.Commands;

namespace TaskQueue.Tests.Reports.Gather;

/// <summary><c>gather --output x.tif</c>, as gdal reads it.</summary>
public sealed class GatherRasterTests : IDisposable
{
    private const int Lines = 240;
    private const int Samples = 400;
    private static readonly BlockParameters Plain = new("", 0, 0, 0, 0);

    private readonly GatherProject _project = new();

    public void Dispose() => _project.Dispose();

    [Theory]
    [InlineData("f4", 1, "3")]
    [InlineData("u1", 3, "2")]
    [InlineData("i4", 1, "2")]
    [InlineData("f8", 2, "3")]
    public async Task A_raster_of_padded_blocks_in_any_order_equals_the_one_computed_whole(string type, int bands, string predictor)
    {
        var like = Plain with { Type = type, Bands = bands, Pad = 7 };
        await _project.RunRowsAsync("block", GatherProject.Windows(Lines, Samples, 77, 91, like));

        var run = await _project.RunAsync("gather --task block --output mosaic.tif --like sample/landscape.bsq");

        Assert.True(run.Code == ExitCode.Done, run.Error);
        Assert.EndsWith($"Wrote 240 x 400 pixels of {type} in {(bands == 1 ? "1 band" : $"{bands} bands")} from 20 blocks to mosaic.tif\n", run.Error, StringComparison.Ordinal);
        var seen = await _project.CompareAsync("mosaic.tif", Lines, Samples, like);
        Assert.Equal(0, seen.GetProperty("different").GetInt32());
        Assert.Equal("[385000.0, 10.0, 0.0, 5415000.0, 0.0, -10.0]", seen.GetProperty("transform").GetRawText());
        Assert.Equal(("32633", "DEFLATE", predictor), (Text(seen, "epsg"), Text(seen, "compression"), Text(seen, "predictor")));
        Assert.Equal("[256, 256]", seen.GetProperty("tile").GetRawText());
        Assert.Equal(JsonValueKind.Null, seen.GetProperty("nodata").ValueKind);
    }

    [Fact]
    public async Task Blocks_that_numpy_saved_are_gathered_and_numpy_loads_those_of_the_engine()
    {
        var like = Plain with { Type = "i2", Bands = 2, Pad = 3 };
        await _project.RunRowsAsync("block", GatherProject.Windows(Lines, Samples, 100, 150, like));
        await _project.PythonAsync("-c", "import glob, numpy\nfor f in glob.glob('output/blocks/*.npy'): a = numpy.load(f); open(f, 'w').close(); numpy.save(f, a)");

        var run = await _project.RunAsync("gather --task block --output mosaic.tif");

        Assert.True(run.Code == ExitCode.Done, run.Error);
        Assert.Contains("warning: the raster has no georeference", run.Error, StringComparison.Ordinal);
        Assert.Equal(0, (await _project.CompareAsync("mosaic.tif", Lines, Samples, like)).GetProperty("different").GetInt32());
    }

    [Fact]
    public async Task Rows_that_are_not_done_are_refused_by_name_or_filled_with_the_value_for_no_data()
    {
        var windows = GatherProject.Windows(Lines, Samples, 120, 200, Plain with { Type = "i2" });
        _project.WriteTable(windows);
        await _project.AssertRefusedAsync(ExitCode.PartDone, "--task block --output m.tif --allow-missing", "4 rows of 4 are not done:", "(missing)");
        await _project.RunRowsAsync("block", windows.Select(row => row with { Act = row.Id == "r1c0" ? "fail" : null }));

        await _project.AssertRefusedAsync(
            ExitCode.PartDone, "--task block --output m.tif", "1 row of 4 is not done: r1c0 (failed).", "--allow-missing");
        await _project.AssertRefusedAsync(
            ExitCode.Usage, "--task block --output m.tif --allow-missing", "24,000 pixels are in no block, and the values are i2.", "--nodata 0");
        await _project.AssertRefusedAsync(
            ExitCode.Usage, "--task block --output m.tif --allow-missing --nodata 40000", "--nodata is '40000', but the values of the blocks are i2.");
        var run = await _project.RunAsync("gather --task block --output m.tif --allow-missing --nodata -9999");

        Assert.True(run.Code == ExitCode.Done, run.Error);
        Assert.Contains("warning: 1 row is not done and left out.", run.Error, StringComparison.Ordinal);
        var seen = await _project.CompareAsync("m.tif", Lines, Samples, Plain with { Type = "i2" }, 120, 0, 120, 200);
        Assert.Equal((0, "-9999.0"), (seen.GetProperty("different").GetInt32(), Text(seen, "nodata")));
    }

    [Fact]
    public async Task Floats_without_a_block_are_nan_and_the_same_command_completes_the_file()
    {
        var windows = GatherProject.Windows(Lines, Samples, 120, 200, Plain);
        await _project.RunRowsAsync("block", windows.Where(row => row.Id != "r0c1"));
        _project.WriteTable(windows);
        const string Command = "gather --task block --output m.tif --allow-missing";

        Assert.Equal(ExitCode.Done, (await _project.RunAsync(Command)).Code);
        var seen = await _project.CompareAsync("m.tif", Lines, Samples, Plain, 0, 200, 120, 200);
        Assert.Equal((0, "nan"), (seen.GetProperty("different").GetInt32(), Text(seen, "nodata")));

        await _project.RunRowsAsync("block", windows);
        Assert.Equal(ExitCode.Done, (await _project.RunAsync(Command)).Code);
        seen = await _project.CompareAsync("m.tif", Lines, Samples, Plain);
        Assert.Equal((0, JsonValueKind.Null), (seen.GetProperty("different").GetInt32(), seen.GetProperty("nodata").ValueKind));
    }

    /// <summary>gdal makes rasters whose georeference is taken, by number and by text, and compares both.</summary>
    [Fact]
    public async Task The_georeference_is_that_of_the_raster_that_like_names()
    {
        await _project.RunRowsAsync("block", GatherProject.Windows(40, 50, 40, 25, Plain));
        const string Script = """
            import sys
            from osgeo import gdal, osr
            gdal.UseExceptions()
            systems = ['EPSG:3035', 'EPSG:4326', 'EPSG:32733', '+proj=laea +lat_0=10 +lon_0=20 +datum=WGS84 +units=m', '+proj=longlat +a=6378000 +b=6356000']
            for number, text in enumerate(systems):
                system = osr.SpatialReference()
                system.SetFromUserInput(text)
                for driver, ending in ('GTiff', 'tif'), ('ENVI', 'bsq'):
                    name = f'{number}.{ending}'
                    if sys.argv[1] == 'make':
                        raster = gdal.GetDriverByName(driver).Create(name, 50, 40, 1)
                        raster.SetProjection(system.ExportToWkt())
                        raster.SetGeoTransform([12.5, 0.25, 0, 48, 0, -0.5])
                        continue
                    raster = gdal.Open('of-' + name + '.tif')
                    found, wanted = (r.GetSpatialRef().ExportToProj4() for r in (raster, gdal.Open(name)))
                    if found != wanted or raster.GetGeoTransform() != (12.5, 0.25, 0, 48, 0, -0.5):
                        print(name, raster.GetGeoTransform(), found, wanted)
            """;
        await _project.PythonAsync("-c", Script, "make");

        foreach (var like in from number in Enumerable.Range(0, 5) from ending in (string[])["tif", "bsq"] select $"{number}.{ending}")
        {
            var run = await _project.RunAsync($"gather --task block --output of-{like}.tif --like {like}");
            Assert.True(run.Code == ExitCode.Done, run.Error);
        }

        Assert.Equal("", await _project.PythonAsync("-c", Script, "compare"));
    }

    /// <summary>Two workers write blocks all the while: each file is whole, and the last one complete.</summary>
    [Fact]
    public async Task Gather_runs_while_two_workers_write_blocks()
    {
        var windows = GatherProject.Windows(Lines, Samples, 30, 50, Plain with { Milliseconds = 100, Pad = 2 });
        // The last rows wait until a raster without them is there.
        _project.WriteTable(windows.Select((row, index) => row with { Act = index < windows.Count - 12 ? null : "wait" }));
        var run = await BuiltProgram.ShellAsync(
            _project.Root,
            """
            $P insert-tasks --task block || exit 1
            $P worker --exit-when-empty & first=$!
            $P worker --exit-when-empty & second=$!
            gather() { $P gather --task block --output m.tif --allow-missing 2> said; }
            until gather; do
              [ $? = 75 ] || { cat said >&2; exit 2; }
            done
            grep 'not done' said && gdalinfo -checksum m.tif > /dev/null && kill -0 $first $second && touch output/go && gather || exit 3
            wait $first && wait $second && $P gather --task block --output m.tif
            """,
            "GatherProgram");

        Assert.True(run.Code == 0, $"{run.Code} {run.Error}");
        Assert.Contains("not done and left out.", run.Output, StringComparison.Ordinal);
        Assert.Equal(0, (await _project.CompareAsync("m.tif", Lines, Samples, Plain)).GetProperty("different").GetInt32());
        Assert.Empty(Directory.EnumerateFiles(_project.Root, ".taskqueue-*"));
    }

    /// <summary>512 MB are promised for 10,000 x 10,000 floats: the night runs that, and less has to do with less.</summary>
    [Fact]
    public async Task Memory_does_not_grow_with_the_raster()
    {
        var side = int.Parse(Environment.GetEnvironmentVariable("GATHER_SIDE") ?? "2000", CultureInfo.InvariantCulture);
        var allowed = side >= 10_000 ? 512 : 200;
        var block = (side / 9) + 11;
        await _project.RunRowsAsync("block", GatherProject.Windows(side, side, block, block - 5, Plain with { Pad = 5 }));
        var run = await BuiltProgram.ShellAsync(
            _project.Root,
            """/usr/bin/python3 -c 'import os,resource,subprocess,sys,time; t=time.time(); c=subprocess.call([os.environ["P"],"gather","--task","block","--output","m.tif"]); print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss//1024, round(time.time()-t,1), os.path.getsize("m.tif")); sys.exit(c)'""",
            "GatherProgram");

        Assert.True(run.Code == 0, run.Error);
        TestContext.Current.TestOutputHelper!.WriteLine($"{side} x {side}: peak MB, seconds, bytes: {run.Output}");
        Assert.InRange(int.Parse(run.Output.Split(' ')[0], CultureInfo.InvariantCulture), 1, allowed);
        Assert.Equal(0, (await _project.CompareAsync("m.tif", side, side, Plain)).GetProperty("different").GetInt32());
    }

    private static string? Text(JsonElement seen, string name) => seen.GetProperty(name).GetString();
}
