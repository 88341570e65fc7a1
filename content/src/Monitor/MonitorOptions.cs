using System.Globalization;
using System.Net;
using Microsoft.Extensions.Configuration;

namespace TaskQueue.Monitor;

/// <summary>What the verb <c>monitor</c> hands over; it has checked it.</summary>
internal sealed record MonitorOptions
{
    private const string DefaultPort = "5005";

    /// <summary>0 for any that is free.</summary>
    public required int Port { get; init; }

    public required IPAddress Address { get; init; }

    /// <summary>In place of config/task.env; null for that.</summary>
    public required string? EnvFile { get; init; }

    /// <summary>Whether the program ends when its standard input does.</summary>
    public required bool EndsWithInput { get; init; }

    /// <summary>Whether others than this machine can reach the page: then they need a token.</summary>
    public bool IsOpenToOthers => !IPAddress.IsLoopback(Address);

    public static MonitorOptions Read(string[] args)
    {
        var given = new ConfigurationBuilder().AddCommandLine(args).Build();
        return new()
        {
            Port = int.Parse(given["port"] ?? DefaultPort, CultureInfo.InvariantCulture),
            Address = IPAddress.Parse(given["listen"] ?? $"{IPAddress.Loopback}"),
            EnvFile = given["env-file"],
            EndsWithInput = given["ends-with-input"] is "true",
        };
    }
}
