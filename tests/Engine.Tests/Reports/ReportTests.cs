using System.Diagnostics;
using System.Globalization;
using TaskQueue.Contracts;
using TaskQueue.Tests.Commands;
using TaskQueue.Tests.Records;
using TaskQueue.Tests.Reports.History;
using TaskQueue.Tests.Worker;

namespace TaskQueue.Tests.Reports;

/// <summary>The page that is kept of a run.</summary>
public sealed class ReportTests(ITestOutputHelper output) : IDisposable
{
    private const string Hostile = "</td></style><script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">\u001b[2J";

    /// <summary>100,000 at night.</summary>
    private static readonly int Rows = Nightly.Number("REPORT_ROWS", 2000);

    private readonly CommandProject _project = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _project.Dispose();

    [Fact]
    public async Task A_finished_run_is_one_file_with_all_of_it()
    {
        await _project.RunAsync("check --create");
        await new CourseLedger(_project.Records, Rows, workers: 8) { HasTiles = true }.WriteAsync();
        var clock = Stopwatch.StartNew();

        var run = await _project.RunAsync("report --output run.html");

        var (time, page) = (clock.Elapsed, await ReadAsync("run.html"));
        Assert.Equal((ExitCode.Done, "", "Wrote the report of run ledger to run.html\n"), (run.Code, run.Output, run.Error));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Rows:N0} rows: {time.TotalSeconds:0.0} s, {page.Length:N0} bytes"));
        Assert.InRange(time, TimeSpan.Zero, TimeSpan.FromSeconds(20) + Noise.Most);
        Assert.InRange(page.Length, 1000, 10_000_000);
        foreach (var part in (string[])["Run ledger <small>finished</small>", $"<dd>{Rows:N0} <small>of {Rows:N0}</small>", "Rows that ended", "Slots at work", "host-7", "Rows by the time they took", "<th scope=\"col\">attempts</th>", "Memory of the largest worker", "The slowest rows"])
            Assert.Contains(part, page, StringComparison.Ordinal);
        AssertLoadsNothing(page);
    }

    [Fact]
    public async Task Text_of_others_is_shown_as_text()
    {
        await _project.RunAsync("check --create");
        await new CourseLedger(_project.Records, 20, workers: 1) { Run = CourseLedger.RecordOf(21) with { Table = Hostile, Command = Hostile, Image = Hostile } }.WriteAsync();
        await _project.Records.WriteDoneAsync(TestRecords.Done(Hostile) with
        {
            Run = CourseLedger.Name, Worker = Hostile, Started = CourseLedger.Start, Finished = CourseLedger.Start.AddSeconds(100),
        });
        await _project.ParkAsync(CourseLedger.Name, ($"1{Hostile}", Hostile));

        await _project.RunAsync("report --output run.html");

        var page = await ReadAsync("run.html");
        AssertLoadsNothing(page);
        Assert.DoesNotContain('\u001b', page);
        Assert.Contains("&lt;script&gt;", page, StringComparison.Ordinal);
        Need.That(Need.Runs("chromium", "--version"), "Debian's chromium");
        var shown = await DumpAsync(_project["run.html"]);
        Assert.Contains("<title>Run ledger</title>", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("<img", shown, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_in_the_middle_and_one_that_did_nothing_have_a_page_too()
    {
        await _project.RunAsync("insert-tasks --run ledger --limit 2");

        Assert.Equal(ExitCode.Done, (await _project.RunAsync("report")).Code);
        Assert.Contains("No task has ended yet", await ReadAsync("report.html"), StringComparison.Ordinal);
        await _project.RunAsync("worker --exit-when-empty");
        await _project.RunAsync("insert-tasks --run next --limit 2 --again");
        await _project.Records.WriteDoneAsync(TestRecords.Done("1") with { Run = "next", Started = DateTimeOffset.UtcNow, Finished = DateTimeOffset.UtcNow.AddSeconds(0.1) });
        Assert.Equal(ExitCode.Done, (await _project.RunAsync("report --run next --output next.html")).Code);
        Assert.Contains("<dt>Left</dt><dd>1 ", await ReadAsync("next.html"), StringComparison.Ordinal);
        // A worker that left leaves samples of its CPU and memory.
        Assert.Equal(ExitCode.Done, (await _project.RunAsync("report --run ledger")).Code);
        Assert.Contains("Memory of the largest worker", await ReadAsync("report.html"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("report", ExitCode.BadInput, "There is no run to report on.")]
    [InlineData("report --run nosuch", ExitCode.BadInput, "There is no run nosuch.")]
    [InlineData("report --run A/b", ExitCode.Usage, "is no name of a run")]
    [InlineData("report --output none/run.html", ExitCode.InputOutput, "There is no folder")]
    [InlineData("report --output config", ExitCode.InputOutput, "is a folder.")]
    [InlineData("report --output /dev/null", ExitCode.InputOutput, "/dev/null is a device.")]
    [InlineData("report --output /dev/stdout", ExitCode.InputOutput, "is a device.")]
    public async Task What_cannot_be_written_is_refused(string verb, ExitCode code, string error)
    {
        await _project.RunAsync("check --create");
        if (code == ExitCode.InputOutput)
            await _project.RunAsync("insert-tasks --limit 1");

        var run = await _project.RunAsync(verb);

        Assert.Equal((code, ""), (run.Code, run.Output));
        Assert.Contains(error, run.Error, StringComparison.Ordinal);
        Assert.InRange(run.ErrorLines.Count, 1, 3);
        Assert.Empty(Directory.GetFiles(_project.Root, "*.html"));
    }

    [Fact]
    public async Task A_link_is_followed()
    {
        await _project.RunAsync("insert-tasks --limit 1");
        Directory.CreateDirectory(_project["kept"]);
        File.CreateSymbolicLink(_project["latest.html"], _project["kept/run.html"]);

        Assert.Equal(ExitCode.Done, (await _project.RunAsync("report --output latest.html")).Code);

        Assert.NotNull(new FileInfo(_project["latest.html"]).LinkTarget);
        Assert.Contains("<h1>", await ReadAsync("kept/run.html"), StringComparison.Ordinal);
    }

    private async Task<string> ReadAsync(string name)
    {
        var page = await File.ReadAllTextAsync(_project[name], Stop);
        // To look at it: a folder where pages stay.
        if (Environment.GetEnvironmentVariable("REPORT_FOLDER") is { } folder)
            await File.WriteAllTextAsync(Path.Join(folder, $"{TestContext.Current.TestMethod!.MethodName}-{name}"), page, Stop);
        return page;
    }

    private static void AssertLoadsNothing(string page)
    {
        Assert.DoesNotContain("<script", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("<img", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotMatch("(src|href)=", page.Replace(System.Net.WebUtility.HtmlEncode("src=x"), "", StringComparison.Ordinal));
    }

    private static async Task<string> DumpAsync(string path)
    {
        var start = new ProcessStartInfo("chromium", ["--headless", "--no-sandbox", "--disable-gpu", "--dump-dom", $"file://{path}"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var browser = Process.Start(start)!;
        var story = browser.StandardError.ReadToEndAsync(Stop);
        var dom = await browser.StandardOutput.ReadToEndAsync(Stop);
        await browser.WaitForExitAsync(Stop);
        await story;
        return dom;
    }
}
