using System.Text;
using GatherProgram;
using TaskQueue.Contracts;
using TaskQueue.Storage;
using TaskQueue.Storage.Folder;

namespace TaskQueue.Tests.Reports.Gather;

/// <summary>Blocks and options that are wrong: refused by name, and no file appears.</summary>
public sealed class BlockFaultTests : IDisposable
{
    private const string Gather = "--task block --output m.tif";
    private static readonly BlockParameters Plain = new("", 0, 0, 0, 0);

    private readonly GatherProject _project = new();

    public void Dispose() => _project.Dispose();

    [Fact]
    public async Task Damaged_and_different_blocks_are_refused_by_the_names_of_their_rows()
    {
        await _project.RunRowsAsync("block", GatherProject.Windows(40, 60, 20, 60, Plain));
        File.WriteAllText(_project["m.tif"], "an earlier file");
        var name = _project["output/blocks/r1c0.npy"];
        var whole = File.ReadAllBytes(name);

        await RefuseAsync(whole[..^1], "r1c0' is damaged: it ends before its values do");
        await RefuseAsync(whole[..50], "r1c0' is damaged: it ends before its values do");
        await RefuseAsync([], "r1c0' is damaged");
        await RefuseAsync([.. whole, 0], "it goes on after its values");
        await RefuseAsync(Encoding.ASCII.GetBytes(new string('x', 200)), "it is no file of NumPy's format");
        await RefuseAsync(Header("'<f4'", "(20, 60)", version: 3), "it is no file of NumPy's format");
        await RefuseAsync([.. whole[..6], 2, 0, 255, 255, 255, 255, .. whole[10..]], "it has a header of 4294967295 bytes; allowed: 10000");
        await RefuseAsync(Header("'<f4'", "(20, 60)", "True"), "it is in Fortran order: save numpy.ascontiguousarray(block)");
        await RefuseAsync(Header("'>f4'", "(20, 60)"), "it has values of type '>f4'; allowed: u1, i1, u2, i2, u4, i4, f4, f8");
        await RefuseAsync(Header("'<i8'", "(20, 60)"), "it has values of type '<i8'");
        await RefuseAsync(Header("'|O'", "(20, 60)"), "it has values of type '|O'");
        await RefuseAsync(Header("[('a', '<f4')]", "(20, 60)"), "it has a header that is not understood");
        await RefuseAsync(Header("'<f4'", "(1200,)"), "it has the shape (1200)");
        await RefuseAsync(Header("'<f4'", "(0, 60)"), "it has the shape (0, 60)");
        await RefuseAsync(Header("'<f4'", "(99999999999999999999, 60)"), "it has the shape (99999999999999999999, 60)");
        await RefuseAsync(Header("'<f4'", "(100000, 20, 60)"), "it has the shape (100000, 20, 60)");
        await RefuseAsync(Header("'<f4'", "(2147483647, 2147483647)"), "it has 2147483647 x 2147483647 pixels, but the window with its pad has 20 x 60");
        await RefuseAsync(Header("'<f4'", "(60, 20)"), "it has 60 x 20 pixels, but the window with its pad has 20 x 60");
        await RefuseAsync(Header("'<i2'", "(20, 60)"), "blocks of rows '", "'r0c0'", "'r1c0'", "differ:", "f4 in 1 band", "i2 in 1 band");
        await RefuseAsync(Header("'<f4'", "(3, 20, 60)"), "differ:", "f4 in 3 bands");
        File.Delete(name);
        await _project.AssertRefusedAsync(
            ExitCode.BadInput, Gather, "The block of row 'r1c0' is missing: its row is done, but the object is not there.", "blocks/r1c0.npy");
        Assert.Equal("an earlier file", File.ReadAllText(_project["m.tif"]));

        Task RefuseAsync(byte[] content, params string[] texts)
        {
            File.WriteAllBytes(name, content);
            return _project.AssertRefusedAsync(ExitCode.BadInput, Gather, texts);
        }
    }

    [Fact]
    public async Task A_result_that_names_no_block_is_refused()
    {
        await _project.RunRowsAsync("block", [Plain with { Id = "a", Height = 1, Width = 1, Act = "none" }]);
        await _project.AssertRefusedAsync(ExitCode.BadInput, Gather, "Row 'a' has a result that names no block.", "property block");
        await _project.RunRowsAsync("list", [new ListParameters(1, 1)]);
        await _project.AssertRefusedAsync(ExitCode.BadInput, "--task list --output m.tif", "Row '1' has no parameter row or row_off.", "make-table grid");
    }

    [Fact]
    public async Task Windows_that_overlap_lie_outside_or_leave_gaps_are_refused()
    {
        BlockParameters[] rows =
        [
            Plain with { Id = "a", Height = 10, Width = 30 },
            Plain with { Id = "b", Row = 10, Height = 20, Width = 10 },
            Plain with { Id = "c", Row = 12, Column = 10, Height = 18, Width = 20 },
        ];
        await _project.RunRowsAsync("block", rows);

        await _project.AssertRefusedAsync(ExitCode.BadInput, Gather, "The blocks leave 40 pixels of 30 x 30 uncovered.", "--allow-missing");
        await _project.AssertRefusedAsync(ExitCode.BadInput, $"{Gather} --like sample/landscape.hdr --block first", "names no block in 'first'");
        await _project.AssertRefusedAsync(ExitCode.BadInput, $"{Gather} --like sample/landscape.hdr", "leave 95,140 pixels of 240 x 400");
        await _project.RunRowsAsync("block", [.. rows, Plain with { Id = "d", Row = 29, Column = 29, Height = 1, Width = 1 }]);
        await _project.AssertRefusedAsync(
            ExitCode.BadInput, Gather, "The blocks of rows 'c' and 'd' overlap.", "row 12, column 10, 18 x 20", "row 29, column 29, 1 x 1");
        await _project.RunRowsAsync("block", [.. rows, Plain with { Id = "e", Row = 235, Column = 29, Height = 6, Width = 1 }]);
        await _project.AssertRefusedAsync(
            ExitCode.BadInput, $"{Gather} --like sample/landscape.hdr --allow-missing", "The block of row 'e' lies outside the raster of 240 x 400 pixels.");
    }

    [Theory]
    [InlineData("--task block", ExitCode.Usage, "--output is missing")]
    [InlineData("--output m.png", ExitCode.Usage, "--output is 'm.png'; allowed: a name that ends with .feather, .tif or .tiff.")]
    [InlineData("--output m.tif", ExitCode.Usage, "several tasks")]
    [InlineData("--task block --output m.feather --nodata 0", ExitCode.Usage, "are for rasters")]
    [InlineData("--task block --output none/m.tif", ExitCode.InputOutput, "There is no folder")]
    [InlineData("--task block --output none/m.feather", ExitCode.InputOutput, "There is no folder")]
    [InlineData("--task block --output m.tif --run none", ExitCode.BadInput, "none")]
    [InlineData("--task block --output m.tif --like none.tif", ExitCode.BadInput, "--like is 'none.tif', but there is no file none.tif.")]
    [InlineData("--task block --output m.tif --like none.bsq", ExitCode.BadInput, "but there is no file none.hdr.")]
    [InlineData("--task block --output m.tif --like broken.tif", ExitCode.BadInput, "The georeference of --like cannot be read")]
    [InlineData("--task block --output m.tif --like broken.hdr", ExitCode.BadInput, "the header has no number of lines")]
    [InlineData("--task block --output m.tif --like turned.hdr", ExitCode.BadInput, "or a rotation")]
    public async Task Options_that_are_wrong_are_refused(string arguments, ExitCode code, string text)
    {
        _project.WriteTable([Plain with { Id = "a", Height = 1, Width = 1 }]);
        File.WriteAllText(_project["broken.tif"], "II*\0 is no TIFF");
        File.WriteAllText(_project["broken.hdr"], "ENVI\nsamples = 4\nlines = many\n");
        File.WriteAllText(_project["turned.hdr"], "ENVI\nsamples = 4\nlines = 4\nmap info = {UTM, 1, 1, 0, 0, 1, 1, 33, North, WGS-84, rotation=30}\n");

        await _project.AssertRefusedAsync(code, arguments, text);
    }

    [Fact]
    public async Task A_raster_for_which_the_disk_has_no_room_is_refused()
    {
        await _project.RunRowsAsync("block", [Plain with { Id = "a", Height = 1, Width = 1 }]);
        _project.WriteTable([Plain with { Id = "a", Height = 1, Width = 1 }, Plain with { Id = "b", Row = 2_000_000_000, Column = 2_000_000_000, Height = 1, Width = 1 }]);

        await _project.AssertRefusedAsync(
            ExitCode.InputOutput, $"{Gather} --allow-missing", "There is no room for a raster of 2000000001 x 2000000001 pixels of f4 in 1 band");
    }

    [Fact]
    public async Task Pixels_that_do_not_fit_their_shape_or_type_are_not_written()
    {
        var store = new OutputStore(new FolderStore(_project.Root));
        var stop = TestContext.Current.CancellationToken;
        await Assert.ThrowsAsync<ArgumentException>(() => store.WriteBlockAsync("x.npy", new float[5], 2, 3, cancellationToken: stop));
        await Assert.ThrowsAsync<ArgumentException>(() => store.WriteBlockAsync("x.npy", Array.Empty<float>(), 0, 3, cancellationToken: stop));
        var error = await Assert.ThrowsAsync<ArgumentException>(() => store.WriteBlockAsync("x.npy", new long[6], 2, 3, cancellationToken: stop));
        Assert.StartsWith("Pixels are Int64; allowed: Byte, SByte, ", error.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(_project["x.npy"]));
    }

    /// <summary>A header of NumPy's without values behind it.</summary>
    private static byte[] Header(string type, string shape, string fortran = "False", byte version = 1)
    {
        var header = Encoding.ASCII.GetBytes($"{{'descr': {type}, 'fortran_order': {fortran}, 'shape': {shape}, }}".PadRight(117) + "\n");
        return [0x93, .. "NUMPY"u8, version, 0, (byte)header.Length, 0, .. header];
    }
}
