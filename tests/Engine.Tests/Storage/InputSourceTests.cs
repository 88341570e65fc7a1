using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;
using TaskQueue.Contracts;
using TaskQueue.Storage.Inputs;
using TaskQueue.Tests.Children;
using TaskQueue.Tests.Servers;

namespace TaskQueue.Tests.Storage;

public sealed class InputSourceTests : IDisposable
{
    private readonly TemporaryFolder _project = new();
    private readonly InputSources _sources;
    private readonly InputSource _inputs;

    public InputSourceTests()
    {
        _sources = new InputSources(_project.Path);
        _inputs = _sources.ForTask();
        Directory.CreateDirectory(_project["data"]);
        File.WriteAllText(_project["data/scene one.txt"], "hello");
        File.WriteAllText(_project["data/scene#1.txt"], "first");
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _inputs.Dispose();
        _sources.Dispose();
        _project.Dispose();
    }

    [Fact]
    public async Task A_local_input_is_opened_by_relative_path_absolute_path_and_file_url()
    {
        string[] locations =
            ["data/scene one.txt", _project["data/scene one.txt"], new Uri(_project["data/scene one.txt"]).AbsoluteUri];
        foreach (var location in locations)
        {
            Assert.Equal("hello", await ReadAsync(location));
            Assert.Equal(_project["data/scene one.txt"], await _inputs.DownloadAsync(location, Stop));
        }
    }

    [Fact]
    public async Task A_file_url_names_the_file_with_a_number_sign_as_a_path_does()
    {
        Assert.Equal("first", await ReadAsync("data/scene#1.txt"));
        Assert.Equal("first", await ReadAsync($"file://{_project["data/scene#1.txt"]}"));
    }

    [Theory]
    [InlineData("data/missing.txt")]
    [InlineData("missing/scene.txt")]
    [InlineData("data")]
    [InlineData("data/scene one.txt/x")]
    [InlineData("file:///missing/scene.txt")]
    public async Task A_missing_input_says_file_not_found(string location)
    {
        await Assert.ThrowsAsync<FileNotFoundException>(() => _inputs.OpenAsync(location, Stop));
        await Assert.ThrowsAsync<FileNotFoundException>(() => _inputs.DownloadAsync(location, Stop));
    }

    [Theory]
    [InlineData("ftp://host/file")]
    [InlineData("gopher:/file")]
    [InlineData("http://")]
    public async Task A_url_of_another_kind_is_refused(string location)
    {
        var error = await Assert.ThrowsAsync<TaskQueueException>(() => _inputs.OpenAsync(location, Stop));
        Assert.Equal(ExitCode.BadInput, error.ExitCode);
        Assert.Contains(location, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_download_lands_in_a_scratch_folder_that_is_removed_afterwards()
    {
        await using var server = await TestServer.StartAsync(http => http.Response.WriteAsync(http.Request.Path + http.Request.QueryString));
        using var task = _sources.ForTask();
        var paths = await Task.WhenAll(Enumerable.Range(0, 8).Select(i =>
            task.DownloadAsync($"{server.Url}/{i}/scene%20one.tif?sig=1/2", Stop)));
        Assert.Equal(8, paths.Distinct().Count());
        Assert.All(paths, path => Assert.Equal("scene_20one.tif", Path.GetFileName(path)));
        Assert.Equal("/3/scene%20one.tif?sig=1/2", await File.ReadAllTextAsync(paths[3], Stop));
        task.Dispose();
        Assert.All(paths, path => Assert.False(File.Exists(path)));
        Assert.False(Directory.Exists(Path.GetDirectoryName(Path.GetDirectoryName(paths[0]))));
    }

    [Fact]
    public async Task A_task_that_downloads_nothing_makes_no_folder()
    {
        // Where no folder can be made.
        using var child = Child.StartThrough(["env", "TMPDIR=/proc/nowhere"], "copy-inputs", _project["data/scene one.txt"]);
        var copied = await child.Output.ReadToEndAsync(Stop);

        Assert.Equal((0, ""), await child.WaitAsync(Stop));
        Assert.Equal("hello", copied.Trim());
    }

    [Fact]
    public async Task A_server_that_is_busy_is_asked_again()
    {
        var asked = 0;
        await using var server = await TestServer.StartAsync(http =>
        {
            if (Interlocked.Increment(ref asked) < 3)
            {
                http.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
                return Task.CompletedTask;
            }

            return http.Response.WriteAsync("at last");
        });
        Assert.Equal("at last", await ReadAsync(server.Url + "/x"));
        Assert.Equal(3, asked);
    }

    [Theory]
    [InlineData(403, ExitCode.Permission)]
    [InlineData(401, ExitCode.Permission)]
    [InlineData(400, ExitCode.Unavailable)]
    public async Task A_refusal_is_final_and_told_without_the_query(int status, ExitCode code)
    {
        var asked = new ConcurrentQueue<string>();
        await using var server = await TestServer.StartAsync(http =>
        {
            asked.Enqueue(http.Request.Path);
            http.Response.StatusCode = status;
            return Task.CompletedTask;
        });
        var error = await Assert.ThrowsAsync<TaskQueueException>(
            () => _inputs.OpenAsync(server.Url + "/x?signature=canary", Stop));
        Assert.Equal(code, error.ExitCode);
        Assert.DoesNotContain("canary", error.Message, StringComparison.Ordinal);
        Assert.Single(asked);
    }

    [Fact]
    public async Task A_page_that_is_not_there_says_file_not_found()
    {
        await using var server = await TestServer.StartAsync(http =>
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        });
        await Assert.ThrowsAsync<FileNotFoundException>(() => _inputs.DownloadAsync(server.Url + "/x", Stop));
    }

    [Theory]
    [InlineData(true, "ETag", "\"1\"")]
    [InlineData(false, "ETag", "\"1\"")]
    [InlineData(true, "Last-Modified", "Thu, 29 Feb 2024 12:00:00 GMT")]
    public async Task A_body_that_is_cut_off_is_read_on_where_it_was(bool knowsRanges, string header, string version)
    {
        var asked = 0;
        await using var server = await TestServer.StartAsync(http =>
        {
            http.Response.Headers[header] = version;
            return GiveDigitsAsync(http, knowsRanges, isCut: Interlocked.Increment(ref asked) == 1);
        });
        var path = await _inputs.DownloadAsync(server.Url + "/x", Stop);
        Assert.Equal("0123456789", await File.ReadAllTextAsync(path, Stop));
        Assert.True(asked > 1);
    }

    [Theory]
    [InlineData("ETag", "\"1\"", "\"2\"")]
    [InlineData("ETag", "W/\"1\"", "W/\"1\"")]
    [InlineData("Last-Modified", "Thu, 29 Feb 2024 12:00:00 GMT", "Thu, 29 Feb 2024 12:00:01 GMT")]
    [InlineData("X-None", "", "")]
    public async Task A_body_that_is_cut_off_is_not_put_together_with_that_of_another_version(
        string header, string first, string second)
    {
        var asked = 0;
        await using var server = await TestServer.StartAsync(http =>
        {
            var isFirst = Interlocked.Increment(ref asked) == 1;
            http.Response.Headers[header] = isFirst ? first : second;
            return GiveDigitsAsync(http, knowsRanges: true, isCut: isFirst);
        });
        var error = await Assert.ThrowsAsync<TaskQueueException>(() => _inputs.DownloadAsync(server.Url + "/x", Stop));
        Assert.Equal(ExitCode.Unavailable, error.ExitCode);
        Assert.Contains("another version", error.Message, StringComparison.Ordinal);
        Assert.Equal(2, asked);
    }

    [Fact]
    public async Task A_body_that_never_comes_to_its_end_is_no_input()
    {
        await using var server = await TestServer.StartAsync(async http =>
        {
            http.Response.ContentLength = 1000;
            await http.Response.WriteAsync("only this");
            await http.Response.Body.FlushAsync();
            http.Abort();
        });
        await Assert.ThrowsAnyAsync<Exception>(() => _inputs.DownloadAsync(server.Url + "/x", Stop));
    }

    private static async Task GiveDigitsAsync(HttpContext http, bool knowsRanges, bool isCut)
    {
        var from = knowsRanges && http.Request.GetTypedHeaders().Range is { } range ? (int)range.Ranges.First().From! : 0;
        http.Response.StatusCode = from > 0 ? StatusCodes.Status206PartialContent : StatusCodes.Status200OK;
        http.Response.ContentLength = 10 - from;
        await http.Response.WriteAsync("0123456789"[from..(isCut ? 4 : 10)]);
        await http.Response.Body.FlushAsync();
        if (!isCut)
            return;

        // A reader that is cut off at once may not have seen the headers, and asks for all of it again.
        await Task.Delay(200);
        http.Abort();
    }

    private async Task<string> ReadAsync(string location)
    {
        using var reader = new StreamReader(await _inputs.OpenAsync(location, Stop));
        return await reader.ReadToEndAsync(Stop);
    }
}
