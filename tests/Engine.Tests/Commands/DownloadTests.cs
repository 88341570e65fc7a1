using TaskQueue.Contracts;
using TaskQueue.Records;
using TaskQueue.Tests.Records;

namespace TaskQueue.Tests.Commands;

/// <summary><c>results --download</c>: what tasks wrote, in a folder.</summary>
public sealed class DownloadTests : IDisposable
{
    private readonly CommandProject _project = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _project.Dispose();

    [Fact]
    public async Task Objects_that_results_name_are_copied_under_their_names()
    {
        Put("a.tif", "A");
        Put("tiles/b.tif", "B");
        Put("tiles/c d.tif", "C");
        Put("cube.zarr/0/0", "D");
        Put("cube.zarr/.zarray", "E");
        Put("nobody.tif", "F");
        await WriteAsync(
            "\"a.tif\"", """{"value":1,"files":["output/tiles/b.tif","a.tif"],"note":"all went well."}""",
            $$$"""{"inner":{"path":"{{{_project["output"]}}}/tiles/c d.tif"}}""", """{"url":"https://example.org/x.tif","path":"/elsewhere/y.tif"}""",
            "\"cube.zarr/\"");

        var run = await _project.RunAsync("results --download files");

        Assert.Equal((ExitCode.Done, "", "Copied 5 objects to files\n"), (run.Code, run.Output, run.Error));
        Assert.Equal(["a.tif A", "cube.zarr/.zarray E", "cube.zarr/0/0 D", "tiles/b.tif B", "tiles/c d.tif C"], Files("files"));
    }

    [Fact]
    public async Task What_is_there_already_is_passed_over_and_what_differs_is_copied_again()
    {
        foreach (var name in (string[])["same.tif", "rewritten.tif", "longer.tif"])
            Put(name, "old!");
        await WriteAsync("""["same.tif","rewritten.tif","longer.tif"]""");
        await _project.RunAsync("results --download files");
        var copied = File.GetLastWriteTimeUtc(_project["files/same.tif"]);
        File.SetLastWriteTimeUtc(_project["files/same.tif"], copied.AddHours(-1));
        Put("rewritten.tif", "new!");
        File.SetLastWriteTimeUtc(_project["output/rewritten.tif"], copied.AddHours(1));
        Put("longer.tif", "longer");

        var run = await _project.RunAsync("results --download files --output r.csv");

        Assert.Equal((ExitCode.Done, "Wrote 1 row to r.csv\nCopied 2 objects to files; 1 was there already\n"), (run.Code, run.Error));
        Assert.Equal(["longer.tif longer", "rewritten.tif new!", "same.tif old!"], Files("files"));
        Assert.Equal("Copied 0 objects to files; 3 were there already\n", (await _project.RunAsync("results --download files")).Error);
    }

    [Fact]
    public async Task Objects_that_are_not_there_are_named_and_the_others_are_copied()
    {
        Put("a.tif", "A");
        await WriteAsync("""["a.tif","b.tif","b.tif"]""", "\"output/gone\"");

        var run = await _project.RunAsync("results --download files --output r.csv");

        Assert.Equal(ExitCode.PartDone, run.Code);
        Assert.Equal(["Wrote 2 rows to r.csv", "Copied 1 object to files", $"2 objects that results name are not in {_project["output"]}:"], run.ErrorLines.Take(3));
        Assert.Equal(["  'b.tif' of row 0", "  'gone' of row 1"], run.ErrorLines.Skip(3).Order(StringComparer.Ordinal));
        Assert.Equal(["a.tif A"], Files("files"));
    }

    [Theory]
    [InlineData("../escaped.tif")]
    [InlineData("x/../../escaped.tif")]
    [InlineData("output/../../escaped.tif")]
    [InlineData("a//b.tif")]
    [InlineData(".dltaskqueue/layout.txt")]
    [InlineData("output/.dltaskqueue/layout")]
    [InlineData(".DLTASKQUEUE/layout.txt")]
    public async Task No_name_leads_out_of_the_folder_or_to_the_records(string name)
    {
        Put(".dltaskqueue/layout.txt", "x");
        await File.WriteAllTextAsync(_project["escaped.tif"], "secret", Stop);
        await WriteAsync($"\"{name}\"");

        var run = await _project.RunAsync("results --download files/deep");

        Assert.Equal(ExitCode.PartDone, run.Code);
        Assert.Contains("1 object that results name is not in ", run.Error, StringComparison.Ordinal);
        Assert.Empty(Files("files"));
        Assert.Equal("secret", await File.ReadAllTextAsync(_project["escaped.tif"], Stop));
    }

    [Fact]
    public async Task A_link_in_the_folder_leads_nowhere_else()
    {
        Need.That(!OperatingSystem.IsWindows(), "This test needs links.");
        Put("tiles/a.tif", "A");
        await WriteAsync("\"tiles/a.tif\"");
        Directory.CreateDirectory(_project["files"]);
        Directory.CreateDirectory(_project["elsewhere"]);
        Directory.CreateSymbolicLink(_project["files/tiles"], _project["elsewhere"]);

        var run = await _project.RunAsync("results --download files");

        Assert.Equal(ExitCode.Configuration, run.Code);
        Assert.Empty(Files("elsewhere"));
    }

    private void Put(string name, string content)
    {
        var path = _project[$"output/{name}"];
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
    }

    private List<string> Files(string folder) => !Directory.Exists(_project[folder]) ? [] :
        [.. Directory.EnumerateFiles(_project[folder], "*", SearchOption.AllDirectories)
            .Select(path => $"{Path.GetRelativePath(_project[folder], path)} {File.ReadAllText(path)}").Order(StringComparer.Ordinal)];

    private async Task WriteAsync(params string[] results)
    {
        foreach (var (row, result) in results.Index())
            await _project.Records.WriteDoneAsync(TestRecords.Done($"{row}", "{}", result) with { Row = row });
    }
}
