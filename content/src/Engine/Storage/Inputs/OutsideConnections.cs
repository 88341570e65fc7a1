using System.Net;
using System.Net.Sockets;
using TaskQueue.Contracts;

namespace TaskQueue.Storage.Inputs;

/// <summary>
/// Connects to web servers, but not to this machine, its link, or a cloud's metadata service, which hands out credentials.
/// Asked for each connection, so after each redirect and look-up; behind a proxy, the proxy decides.
/// </summary>
/// <param name="roots">Names the servers that are allowed all the same.</param>
internal sealed class OutsideConnections(InputRoots roots)
{
    private static readonly IPNetwork[] Refused =
    [
        .. new[]
        {
            "0.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "::/127", "fe80::/10",
            // Metadata of Alibaba, Azure, Oracle, AWS and the like.
            "100.100.100.200/32", "168.63.129.16/32", "192.0.0.192/32", "fd00:ec2::254/128", "fd20:ce::254/128",
        }.Select(IPNetwork.Parse),
    ];

    /// <summary>Addresses of IPv6 that end in one of IPv4, which a gateway translates (RFC 6052).</summary>
    private static readonly IPNetwork Translated = IPNetwork.Parse("64:ff9b::/96");

    /// <exception cref="TaskQueueException">The server has no address that may be connected to (77).</exception>
    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var (host, port) = (context.DnsEndPoint.Host, context.DnsEndPoint.Port);
        var isProxy = HttpClient.DefaultProxy.GetProxy(context.InitialRequestMessage.RequestUri!) is { } proxy
            && proxy.Port == port && proxy.IdnHost == host;
        var addresses = await Dns.GetHostAddressesAsync(host, cancellationToken);
        if (!isProxy && !roots.AllowsServer(host, port))
            addresses = [.. addresses.Where(IsOutside)];
        if (addresses.Length == 0)
            throw Refuse(context.InitialRequestMessage.RequestUri!);

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static TaskQueueException Refuse(Uri url) => new(
        ExitCode.Permission, $"The input '{HttpInputs.Plain(url)}' may not be read.",
        $"{url.Host} is this machine, its link or a metadata service.",
        $"If tasks shall read there, add {url.Scheme}://{url.Authority}/ to INPUT_ROOTS in config/task.env.");

    internal static bool IsOutside(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        else if (Translated.Contains(address))
            address = new IPAddress(address.GetAddressBytes()[12..]);
        return !Array.Exists(Refused, network => network.Contains(address));
    }
}
