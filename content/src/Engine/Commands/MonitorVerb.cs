using System.CommandLine;
using System.Globalization;
using System.Net;
using TaskQueue.Commands.Cli;
using TaskQueue.Contracts;
using TaskQueue.Local;

namespace TaskQueue.Commands;

internal sealed class MonitorVerb : Verb
{
    private const long DefaultPort = 5005;

    private readonly Option<long?> _port = VerbOption.Number(
        "--port", "the page's port; 0 for any that is free", 0, IPEndPoint.MaxPort, $"{DefaultPort}");

    private readonly Option<string?> _listen = VerbOption.Text(
        "--listen", "ADDRESS", "IP address of this machine that others may reach; the page then asks for a token", $"{IPAddress.Loopback}");

    public MonitorVerb() : base("monitor", VerbGroup.Inspect, "a web page: runs, progress, workers, failed tasks, map") =>
        Declare(_port, _listen);

    public override string About => """
        Serves a page to this machine until Ctrl-C: how far each run is, its rate and what is left, what each worker does,
        what failed and why, with buttons that put failed tasks back and cancel a run. It reads the same queue and store as
        the other verbs, only while the page is open, and keeps nothing. Needs the project's source and the .NET SDK.
        """;

    public override IReadOnlyList<Example> Examples =>
    [
        new("monitor"),
        new("monitor --port 8080"),
        new("monitor --listen 0.0.0.0", "for other machines; prints the address with its token"),
    ];

    public override bool LeavesInOrder => true;

    public override async Task<ExitCode> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var address = invocation.Get(_listen) ?? $"{IPAddress.Loopback}";
        if (!IPAddress.TryParse(address, out _))
            throw new TaskQueueException(
                ExitCode.Usage, $"--listen is {Printable.Quote(address)}; allowed: an IP address of this machine.",
                next: "0.0.0.0 stands for all of them. Without --listen only this machine can open the page.");
        var root = invocation.FindRoot();
        var program = new SideProgram(Path.Join(root, "src", "Monitor", "Monitor.csproj"), invocation.Terminal.Error);
        if (!program.IsHere)
            throw new TaskQueueException(
                ExitCode.Configuration, "The monitor is not here; an image leaves it out.", program.Project,
                "Run it in the project's folder, on a machine with the .NET SDK, with the same settings: dotnet run monitor");

        // Wrong settings are reported before anything is built.
        _ = invocation.Settings;
        var port = (invocation.Get(_port) ?? DefaultPort).ToString(CultureInfo.InvariantCulture);
        string[] envFile = invocation.Get(invocation.Commands.EnvFile) is { } file ? ["--env-file", file] : [];
        return await program.RunAsync(["--port", port, "--listen", address, .. envFile], invocation.Terminal.Folder, cancellationToken);
    }
}
