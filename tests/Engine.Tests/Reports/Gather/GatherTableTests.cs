using GatherProgram;
using TaskQueue.Contracts;
using TaskQueue.Tables;
using TaskQueue.Tests.Commands;
using TaskQueue.Tests.Records;
using TaskQueue.Tests.Tables;

namespace TaskQueue.Tests.Reports.Gather;

/// <summary><c>gather --output x.feather</c>: what rows returned, line by line.</summary>
public sealed class GatherTableTests : IDisposable
{
    private readonly GatherProject _project = new();

    public void Dispose() => _project.Dispose();

    [Fact]
    public async Task Lists_give_their_elements_one_after_the_other_in_the_order_of_the_table()
    {
        await _project.RunRowsAsync("list", [new ListParameters(30, 2), new ListParameters(10, 0), new ListParameters(20, 1)]);

        var run = await _project.RunAsync("gather --task list --output peaks.feather");

        Assert.Equal((ExitCode.Done, "Wrote 3 lines to peaks.feather\n"), (run.Code, run.Error));
        Assert.Equal("cell_id: Integer, name: Text, height: Float", Columns("peaks.feather"));
        Assert.Equal(
            ["""{"cell_id":30,"name":"30-0","height":0.5}""", """{"cell_id":30,"name":"30-1","height":1.5}""", """{"cell_id":20,"name":"20-0","height":0.5}"""],
            Rows.Read(_project["peaks.feather"]));
    }

    [Fact]
    public async Task A_record_gives_one_line_with_the_columns_that_the_task_declares()
    {
        await _project.RunRowsAsync("block", GatherProject.Windows(2, 4, 2, 2, new("", 0, 0, 0, 0, Pad: 1)).OrderBy(row => row.Id));

        Assert.Equal(ExitCode.Done, (await _project.RunAsync("gather --task block --output b.feather")).Code);

        Assert.Equal("id: Text, first: Float, block.name: Text, block.top: Integer, block.left: Integer, block.bottom: Integer, block.right: Integer", Columns("b.feather"));
        Assert.Equal(
            """{"id":"r0c1","first":44728.25,"block.name":"blocks/r0c1.npy","block.top":0,"block.left":1,"block.bottom":0,"block.right":0}""",
            Rows.Read(_project["b.feather"])[1]);
    }

    [Fact]
    public async Task Results_of_no_declared_type_get_the_columns_and_types_that_they_have()
    {
        await _project.RunRowsAsync(
            "json",
            [
                new JsonParameters("a", """{"n":1,"x":2,"t":"u","b":true,"list":[1,2],"none":null}"""),
                new JsonParameters("b", """[{"n":-3,"x":0.5},{"x":"NaN","more":9007199254740993}]"""),
            ]);
        await _project.AssertRefusedAsync(
            ExitCode.BadInput, "--task json --output j.feather",
            "Rows 'a' and 'b' have results of different types: the result is no list in the first, a list in the second.");
        await _project.RunRowsAsync(
            "json",
            [
                new JsonParameters("a", """{"n":1,"x":2,"t":"u","b":true,"list":[1,2],"none":null}"""),
                new JsonParameters("c", """{"n":-3,"x":0.5}"""),
                new JsonParameters("d", """{"x":"NaN","more":9007199254740993}"""),
            ]);

        var run = await _project.RunAsync("gather --task json --output j.feather");

        Assert.True(run.Code == ExitCode.Done, run.Error);
        Assert.Equal("name: Text, n: Integer, x: Float, t: Text, b: Boolean, list: Text, none: Text, more: Integer", Columns("j.feather"));
        Assert.Equal(
            [
                """{"name":"a","n":1,"x":2,"t":"u","b":true,"list":"[1,2]","none":null,"more":null}""",
                """{"name":"c","n":-3,"x":0.5,"t":null,"b":null,"list":null,"none":null,"more":null}""",
                """{"name":"d","n":null,"x":"NaN","t":null,"b":null,"list":null,"none":null,"more":9007199254740993}""",
            ],
            Rows.Read(_project["j.feather"]));
    }

    [Fact]
    public async Task Results_of_different_types_are_refused_by_the_names_of_both_rows()
    {
        await _project.RunRowsAsync("json", [new JsonParameters("first", """{"area":1}"""), new JsonParameters("second", """{"area":"one"}""")]);

        await _project.AssertRefusedAsync(
            ExitCode.BadInput, "--task json --output j.feather",
            "Rows 'first' and 'second' have results of different types: 'area' is a number in the first, a text in the second.");
    }

    [Fact]
    public async Task A_result_with_more_than_the_task_declares_is_refused()
    {
        var records = new TaskQueue.Records.RecordStore(TaskQueue.Storage.StoreKinds.Open("output", _project.Root));
        _project.WriteTable([new BlockParameters("a", 0, 0, 1, 1)]);
        await records.WriteDoneAsync(TestRecords.Done("a", """{"id":"a"}""", """{"first":1,"old":2}""") with { Task = "block" });

        await _project.AssertRefusedAsync(
            ExitCode.BadInput, "--task block --output b.feather", """Row 'a' has a result that the columns do not hold: {"result":{"old":2}}""");
    }

    [Fact]
    public async Task Rows_that_are_not_done_are_refused_and_those_of_other_tables_do_not_count()
    {
        await _project.RunRowsAsync("list", [new ListParameters(1, 1), new ListParameters(2, 1)]);
        _project.WriteTable([new ListParameters(2, 1), new ListParameters(3, 1), new ListParameters(4, 1)]);

        await _project.AssertRefusedAsync(ExitCode.PartDone, "--task list --output l.feather", "2 rows of 3 are not done: 3 (missing), 4 (missing).");
        var run = await _project.RunAsync("gather --task list --output l.feather --allow-missing");

        Assert.Equal((ExitCode.Done, "warning: 2 rows are not done and left out.\nWrote 1 line to l.feather\n"), (run.Code, run.Error));
        Assert.Equal(["""{"cell_id":2,"name":"2-0","height":0.5}"""], Rows.Read(_project["l.feather"]));
        _project.WriteTable<ListParameters>([]);
        await _project.AssertRefusedAsync(ExitCode.BadInput, "--task list --output l.feather", "The table has no rows");
    }

    /// <summary>The library of TIFFs costs nobody else its loading: without it, all else works.</summary>
    [Fact]
    public async Task Only_a_gathered_raster_needs_the_library_of_tiffs()
    {
        _project.WriteTable([new BlockParameters("a", 0, 0, 1, 1)]);

        var run = await BuiltProgram.ShellAsync(
            _project.Root,
            """
            cp -r "$(dirname "$P")" program && rm program/BitMiracle.LibTiff.NET.dll && Q=program/$(basename "$P")
            $Q insert-tasks --task block && $Q worker --exit-when-empty && $Q status && $Q results && $Q help gather && $Q describe && $Q check &&
            $Q gather --task block --output b.feather || exit 3
            $P gather --task block --output b.tif || exit 4
            $Q gather --task block --output c.tif
            """,
            "GatherProgram");

        Assert.True(run.Code == 74, run.Error);
        Assert.Contains("BitMiracle.LibTiff.NET", run.Error, StringComparison.Ordinal);
        Assert.True(File.Exists(_project["b.tif"]));
    }

    private string Columns(string file)
    {
        using var table = FeatherTable.Open(_project[file]);
        return string.Join(", ", table.Columns.Select(column => $"{column.Name}: {column.Kind}"));
    }
}
