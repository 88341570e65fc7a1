using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace TaskQueue.Tests.Servers;

/// <summary>A RabbitMQ broker in a process of its own, on loopback and free ports; it can be stopped, killed and started again.</summary>
internal sealed class TestBroker : IAsyncDisposable
{
    private const string Programs = "/usr/lib/rabbitmq/bin";

    private readonly TemporaryFolder _folder = new();
    private readonly int[] _ports = FreePorts(3);
    private Process? _process;

    private TestBroker()
    {
    }

    public int Port => _ports[0];

    /// <summary>The broker with its only user, who has all permissions.</summary>
    public string Url => $"amqp://guest:guest@127.0.0.1:{Port}";

    /// <param name="configuration">Lines of rabbitmq.conf.</param>
    public static async Task<TestBroker> StartAsync(string configuration = "")
    {
        Need.That(File.Exists($"{Programs}/rabbitmq-server"), "RabbitMQ: apt-get install rabbitmq-server");
        var broker = new TestBroker();
        await File.WriteAllTextAsync(broker._folder["more.conf"], configuration);
        await broker.StartAgainAsync();
        return broker;
    }

    /// <summary>Starts it with what it had when it ended.</summary>
    public async Task StartAgainAsync()
    {
        var start = new ProcessStartInfo("bash", [
            Path.Join(Repository.Root, "tests", "rabbitmq"), _folder.Path, .. _ports.Select(port => $"{port}")])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        _process = Process.Start(start)!;
        if (await _process.StandardOutput.ReadLineAsync() != "ready")
            Assert.Fail($"The broker did not start:\n{await File.ReadAllTextAsync(_folder["output"])}");
    }

    /// <summary>Ends it as an administrator would.</summary>
    public async Task StopAsync()
    {
        if (_process is null)
            return;

        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _process = null;
    }

    /// <summary>Ends it as a power cut would, but for the disk.</summary>
    public async Task KillAsync()
    {
        using (var broker = Process.GetProcessById(int.Parse(await File.ReadAllTextAsync(_folder["pid"]), null)))
            broker.Kill();
        await StopAsync();
    }

    /// <summary>Runs rabbitmqctl.</summary>
    /// <returns>What it printed.</returns>
    public async Task<string> ControlAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo($"{Programs}/rabbitmqctl", ["-n", $"broker{Port}@localhost", "--quiet", .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["HOME"] = _folder.Path;
        start.Environment["ERL_EPMD_PORT"] = $"{_ports[2]}";
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"rabbitmqctl {string.Join(' ', arguments)}: {error}{await output}");
        return await output;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _folder.Dispose();
    }

    private static int[] FreePorts(int count)
    {
        var listeners = Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToList();
        listeners.ForEach(listener => listener.Start());
        var ports = listeners.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port).ToArray();
        listeners.ForEach(listener => listener.Dispose());
        return ports;
    }
}
