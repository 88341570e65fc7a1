using System.Net;
using Microsoft.AspNetCore.Http;

namespace TaskQueue.Monitor.Gate;

/// <summary>
/// The names under which the page may be asked for. A page of another site whose name was made to lead here (DNS rebinding)
/// has another one. Ports are not looked at: a tunnel changes them.
/// </summary>
/// <param name="options">Say where the page is served.</param>
internal sealed class HostNames(MonitorOptions options)
{
    public bool Knows(HostString host) => NameOf(host) is { Length: > 0 } name && (IsLoopback(name) || (options.IsOpenToOthers && IsOurs(name)));

    private static string NameOf(HostString host) => host.Host.TrimStart('[').TrimEnd(']');

    private static bool IsLoopback(string name) =>
        name.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(name, out var address) && IPAddress.IsLoopback(address));

    /// <summary>A number is no name that somebody could make lead here.</summary>
    private static bool IsOurs(string name) =>
        IPAddress.TryParse(name, out _) || name.Equals(Environment.MachineName, StringComparison.OrdinalIgnoreCase);
}
