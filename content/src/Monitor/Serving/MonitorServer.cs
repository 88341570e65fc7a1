using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using TaskQueue.Contracts;
using TaskQueue.Monitor.Gate;
using TaskQueue.Monitor.Watch;
using TaskQueue.Settings;

namespace TaskQueue.Monitor.Serving;

/// <summary>The web server, from its start to a signal or to the end of its standard input.</summary>
internal static class MonitorServer
{
    private const int MostConnections = 200;
    private const int MostBodyBytes = 1 << 20;

    /// <exception cref="TaskQueueException">The port cannot be had (69, 77, 78), or a setting is wrong (78).</exception>
    public static async Task RunAsync(MonitorOptions options)
    {
        var loaded = SettingsLoader.Load(Directory.GetCurrentDirectory(), options.EnvFile);
        loaded.Export();
        var gate = new RequestGate(options);
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxConcurrentConnections = MostConnections;
            kestrel.Limits.MaxRequestBodySize = MostBodyBytes;
            kestrel.Listen(options.Address, options.Port);
        });
        builder.Services.AddRoutingCore();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(2));
        await using var source = new Source(loaded.Settings);
        using var poller = new Poller(new StateReader(source, TimeProvider.System), TimeProvider.System);
        await using var application = builder.Build();
        application.Use(gate.PassAsync);
        Endpoints.Map(application, new PageFiles(gate.Forgery), new Actions(source, poller), poller);

        await StartAsync(application, options);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(application.Lifetime.ApplicationStopping);
        var polling = poller.RunAsync(stop.Token);
        // It ends before the server only by a fault, and takes the server with it: a page that stands still would hide that.
        _ = polling.ContinueWith(_ => application.Lifetime.StopApplication(), TaskScheduler.Default);
        if (options.EndsWithInput)
            EndWithInput(application.Lifetime);
        Announce(application, gate, options);
        await application.WaitForShutdownAsync();
        await polling;
    }

    private static async Task StartAsync(WebApplication application, MonitorOptions options)
    {
        try
        {
            await application.StartAsync();
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            throw Explain(e, options);
        }
    }

    private static TaskQueueException Explain(Exception error, MonitorOptions options)
    {
        var code = ((error as SocketException) ?? (error.InnerException as SocketException) ?? (error.InnerException?.InnerException as SocketException))?.SocketErrorCode;
        var where = $"{new IPEndPoint(options.Address, options.Port)}";
        return code switch
        {
            SocketError.AccessDenied => new(
                ExitCode.Permission, $"Port {options.Port} is only for the administrator.", where, "Take one from 1024 on: dotnet run monitor --port 5006", error),
            SocketError.AddressNotAvailable => new(
                ExitCode.Configuration, $"This machine has no address {options.Address}.", where, "0.0.0.0 stands for all that it has: dotnet run monitor --listen 0.0.0.0", error),
            SocketError.AddressAlreadyInUse => InUse(),
            _ when error.InnerException is Microsoft.AspNetCore.Connections.AddressInUseException => InUse(),
            _ => new(ExitCode.Unavailable, "The page cannot be served.", $"{where}: {error.Message}", "Try another port: dotnet run monitor --port 5006", error),
        };

        TaskQueueException InUse() => new(
            ExitCode.Unavailable, $"Port {options.Port} is in use, by another monitor perhaps.", where, "Take another one: dotnet run monitor --port 5006, or 0 for any", error);
    }

    private static void EndWithInput(IHostApplicationLifetime lifetime)
    {
        var waiting = new Thread(() =>
        {
            using var input = Console.OpenStandardInput();
            Span<byte> bytes = stackalloc byte[16];
            while (input.Read(bytes) > 0) { }
            lifetime.StopApplication();
        })
        { IsBackground = true, Name = "input" };
        waiting.Start();
    }

    /// <summary>Standard output is the address, for people and scripts.</summary>
    private static void Announce(WebApplication application, RequestGate gate, MonitorOptions options)
    {
        var port = new Uri(application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()).Port;
        var host = options.Address.Equals(IPAddress.Any) || options.Address.Equals(IPAddress.IPv6Any) ? Environment.MachineName
            : options.Address.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{options.Address}]" : $"{options.Address}";
        Console.Out.WriteLine($"http://{host}:{port}/{(gate.Token is { } token ? $"?token={token.Text}" : "")}");
        Console.Error.WriteLine(gate.Token is null ? "Only this machine can open it. Ctrl-C ends it." : "Everybody with this address can requeue and cancel; nothing is encrypted. Ctrl-C ends it.");
    }
}
