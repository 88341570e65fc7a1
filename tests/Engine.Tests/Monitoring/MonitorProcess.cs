using System.Diagnostics;

namespace TaskQueue.Tests.Monitoring;

/// <summary>The monitor in a process of its own, on a free port.</summary>
internal sealed class MonitorProcess : IDisposable
{
    /// <summary>Where its own build puts it.</summary>
    public static readonly string Program = Path.Join(
        Repository.Root, "content", "src", "Monitor", AppContext.BaseDirectory[AppContext.BaseDirectory.LastIndexOf("bin", StringComparison.Ordinal)..], "Monitor.dll");

    private readonly Process _process;
    private readonly Task<string> _error;

    private MonitorProcess(Process process) => (_process, _error) = (process, process.StandardError.ReadToEndAsync());

    /// <summary>What it printed: the address of its page, with the token where there is one.</summary>
    public Uri Address { get; private set; } = new("http://unknown");

    public int Id => _process.Id;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <param name="folder">The project's folder.</param>
    /// <param name="options">More than the port.</param>
    public static async Task<MonitorProcess> StartAsync(string folder, params string[] options)
    {
        var monitor = Start(folder, ["--port", "0", .. options]);
        var line = await monitor._process.StandardOutput.ReadLineAsync(Cancelled);
        if (line is null)
            Assert.Fail($"The monitor did not start:\n{await monitor._error}");
        monitor.Address = new UriBuilder(line) { Host = "127.0.0.1" }.Uri;
        return monitor;
    }

    /// <summary>Starts one that ends by itself.</summary>
    /// <returns>Its exit code and what it said.</returns>
    public static async Task<(int Code, string Error)> RunAsync(string folder, params string[] options)
    {
        using var monitor = Start(folder, options);
        await monitor._process.WaitForExitAsync(Cancelled);
        return (monitor._process.ExitCode, await monitor._error);
    }

    public async Task<int> WaitAsync()
    {
        await _process.WaitForExitAsync(Cancelled);
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
    }

    private static MonitorProcess Start(string folder, string[] options) => new(Process.Start(new ProcessStartInfo("dotnet", ["exec", Program, .. options])
    {
        WorkingDirectory = folder,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    })!);
}
