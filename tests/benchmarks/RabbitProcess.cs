using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace TaskQueue.Benchmarks;

/// <summary>A broker of this run's own, started by tests/rabbitmq.</summary>
internal sealed class RabbitProcess : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("broker-").FullName;
    private readonly int[] _ports = FreePorts(3);
    private readonly Process _process;

    private RabbitProcess()
    {
        var script = Path.Join(AppContext.BaseDirectory.Split("/tests/benchmarks/")[0], "tests", "rabbitmq");
        _process = Process.Start(new ProcessStartInfo("bash", [script, _folder, .. _ports.Select(port => $"{port}")])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
    }

    public string Url => $"amqp://guest:guest@127.0.0.1:{_ports[0]}";

    public static async Task<RabbitProcess> StartAsync()
    {
        var server = new RabbitProcess();
        return await server._process.StandardOutput.ReadLineAsync() == "ready"
            ? server
            : throw new InvalidOperationException("The broker did not start: apt-get install rabbitmq-server");
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
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
