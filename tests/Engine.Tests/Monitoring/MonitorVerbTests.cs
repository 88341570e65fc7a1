using System.Diagnostics;
using TaskQueue.Contracts;
using TaskQueue.Tests.Commands;
using TaskQueue.Tests.Worker;

namespace TaskQueue.Tests.Monitoring;

/// <summary>The verb that builds the monitor and runs it.</summary>
public sealed class MonitorVerbTests : IDisposable
{
    private readonly CommandProject _project = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => _project.Dispose();

    [Fact]
    public async Task Without_its_source_it_says_where_to_run_it()
    {
        var run = await _project.RunAsync("monitor");

        Assert.Equal(ExitCode.Configuration, run.Code);
        Assert.Equal("error: The monitor is not here; an image leaves it out.", run.ErrorLines[0]);
        Assert.EndsWith("Run it in the project's folder, on a machine with the .NET SDK, with the same settings: dotnet run monitor", run.ErrorLines[2]);
    }

    [Theory]
    [InlineData("--listen nowhere", "error: --listen is 'nowhere'; allowed: an IP address of this machine.")]
    [InlineData("--port 65536", "error: --port is \"65536\"; allowed: a whole number from 0 to 65535.")]
    public async Task What_cannot_be_is_refused(string options, string firstLine)
    {
        var run = await _project.RunAsync($"monitor {options}");

        Assert.Equal((ExitCode.Usage, firstLine), (run.Code, run.ErrorLines[0]));
    }

    [Fact]
    public async Task Signals_and_exit_codes_pass_and_nothing_is_left_behind()
    {
        Need.That(OperatingSystem.IsLinux(), "This test looks for processes in /proc, which Linux has.");
        using var first = await StartAsync(port: 0);
        using (var second = Start(port: first.Address.Port))
        {
            await second.WaitForExitAsync(Cancelled);
            Assert.Equal(69, second.ExitCode);
        }

        using var term = Process.Start("kill", ["-TERM", $"{first.Verb.Id}"]);
        await first.Verb.WaitForExitAsync(Cancelled);
        Assert.Equal(0, first.Verb.ExitCode);
        await AssertGoneAsync(first.Monitor);

        using var killed = await StartAsync(port: 0);
        killed.Verb.Kill();
        await AssertGoneAsync(killed.Monitor);
    }

    /// <summary>The verb of a program whose project is the one that ships, for there the monitor's source is.</summary>
    private Process Start(int port)
    {
        var start = new ProcessStartInfo("dotnet", ["exec", WorkerProcess.Program, "monitor", "--port", $"{port}"])
        {
            WorkingDirectory = Path.Join(Repository.Root, "content"),
            RedirectStandardOutput = true,
        };
        start.Environment["TASKQUEUE_PATH"] = $"fq://{_project["queue"]}";
        start.Environment["CF_CLOUDPATH"] = _project["output"];
        return Process.Start(start)!;
    }

    private async Task<Started> StartAsync(int port)
    {
        var verb = Start(port);
        var address = new Uri(await verb.StandardOutput.ReadLineAsync(Cancelled) ?? throw new InvalidOperationException("The monitor did not start."));
        // A process is the child of the thread that started it.
        var children = Directory.EnumerateDirectories($"/proc/{verb.Id}/task").SelectMany(
            thread => File.ReadAllText(Path.Join(thread, "children")).Split(' ', StringSplitOptions.RemoveEmptyEntries));
        return new(verb, int.Parse(Assert.Single(children), null), address);
    }

    private static async Task AssertGoneAsync(int id)
    {
        var clock = Stopwatch.StartNew();
        while (Directory.Exists($"/proc/{id}") && clock.Elapsed < TimeSpan.FromSeconds(10) + Noise.Most)
            await Task.Delay(50, Cancelled);
        Assert.False(Directory.Exists($"/proc/{id}"), $"The monitor {id} is still there.");
    }

    private sealed record Started(Process Verb, int Monitor, Uri Address) : IDisposable
    {
        public void Dispose()
        {
            if (!Verb.HasExited)
                Verb.Kill(entireProcessTree: true);
            Verb.Dispose();
        }
    }
}
