using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using GatherProgram;
using TaskQueue.Commands;
using TaskQueue.Commands.Cli;
using TaskQueue.Contracts;
using TaskQueue.Tables;
using TaskQueue.Tests.Commands;

namespace TaskQueue.Tests.Reports.Gather;

/// <summary>A project whose rows write blocks, and its verbs run inside the test.</summary>
internal sealed class GatherProject : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public GatherProject()
    {
        Directory.CreateDirectory(_folder["config"]);
        File.WriteAllText(_folder["config/task.env"], "WORKER_CONCURRENCY=4\n");
        Directory.CreateDirectory(_folder["sample"]);
        foreach (var file in (string[])["landscape.hdr", "landscape.bsq"])
            File.Copy(Path.Join(Repository.Root, "content", "sample", file), _folder[$"sample/{file}"]);
    }

    public string Root => _folder.Path;

    public string this[string name] => _folder[name];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    /// <summary>The windows of a raster in shuffled order; those at the edges are cut.</summary>
    public static List<BlockParameters> Windows(int lines, int samples, int height, int width, BlockParameters like)
    {
        var windows = new List<BlockParameters>();
        for (var row = 0; row < lines; row += height)
            for (var column = 0; column < samples; column += width)
                windows.Add(like with
                {
                    Id = $"r{row / height}c{column / width}",
                    Row = row,
                    Column = column,
                    Height = Math.Min(height, lines - row),
                    Width = Math.Min(width, samples - column),
                    Lines = lines,
                    Samples = samples,
                });
        BlockParameters[] shuffled = [.. windows];
        new Random(7).Shuffle(shuffled);
        return [.. shuffled];
    }

    /// <summary>Writes a table of records with the columns of their properties.</summary>
    public void WriteTable<T>(IEnumerable<T> rows)
    {
        var properties = typeof(T).GetProperties();
        using var file = File.Create(_folder["tasks.feather"]);
        var feather = new FeatherWriter(file, properties.Select(property => new FeatherColumn(
            JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name), property.PropertyType == typeof(string) ? ColumnKind.Text : ColumnKind.Integer)));
        foreach (var row in rows)
            feather.AddRow([.. properties.Select(property => property.GetValue(row) is int number ? (long)number : property.GetValue(row))]);
        feather.Complete();
    }

    /// <summary>Inserts the table and runs its rows.</summary>
    public async Task RunRowsAsync<T>(string task, IEnumerable<T> rows)
    {
        WriteTable(rows);
        foreach (var verb in (string[])[$"insert-tasks --task {task}", "worker --exit-when-empty"])
        {
            var run = await RunAsync(verb);
            Assert.True(run.Code == ExitCode.Done, run.Error);
        }
    }

    /// <summary>Runs one command line.</summary>
    public async Task<CommandRun> RunAsync(string arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        using var input = new StringReader("");
        var words = arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var code = await TaskQueueProgram.RunAsync(words, typeof(BlockTask).Assembly, null, new Terminal(output, error, input, Root));
        return new(code, output.ToString(), error.ToString());
    }

    /// <summary>Gathers, and expects a refusal that leaves nothing behind.</summary>
    public async Task AssertRefusedAsync(ExitCode code, string arguments, params string[] texts)
    {
        var before = FilesOf(Root);
        var run = await RunAsync($"gather {arguments}");
        Assert.True(code == run.Code, $"{run.Code}: {run.Error}");
        Assert.InRange(run.ErrorLines.SkipWhile(line => !line.StartsWith("error: ", StringComparison.Ordinal)).Count(), 1, 3);
        foreach (var text in texts)
            Assert.Contains(text, run.Error, StringComparison.Ordinal);
        Assert.Equal(before, FilesOf(Root));
    }

    /// <summary>What gdal says of a raster, and how many pixels differ from those computed whole.</summary>
    public Task<JsonElement> CompareAsync(string file, int lines, int samples, BlockParameters like, params int[] hole) =>
        CompareAsync(Path.Join(Root, file), [$"{lines}", $"{samples}", $"{like.Bands}", like.Type, .. hole.Select(number => number.ToString(CultureInfo.InvariantCulture))]);

    /// <summary>Runs a program of Python with numpy and gdal.</summary>
    public async Task<string> PythonAsync(params string[] arguments)
    {
        Need.That(Need.Runs("/usr/bin/python3", "-c", "import numpy; from osgeo import gdal"), "gdal for Python: apt-get install python3-gdal");
        using var python = Process.Start(new ProcessStartInfo("/usr/bin/python3", arguments)
        {
            WorkingDirectory = Root,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var output = python.StandardOutput.ReadToEndAsync(Stop);
        var error = await python.StandardError.ReadToEndAsync(Stop);
        await python.WaitForExitAsync(Stop);
        Assert.True(python.ExitCode == 0, error);
        return await output;
    }

    private async Task<JsonElement> CompareAsync(string path, string[] arguments) =>
        JsonElement.Parse(await PythonAsync([Path.Join(Repository.Root, "tests", "gdal", "compare.py"), path, .. arguments]));

    private static List<(string, DateTime)> FilesOf(string folder) =>
        [.. Directory.EnumerateFiles(folder, "*", new EnumerationOptions { AttributesToSkip = 0 })
            .Select(file => (file, File.GetLastWriteTimeUtc(file))).Order()];
}
