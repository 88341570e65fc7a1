using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace TaskQueue.Tests.Servers;

/// <summary>Stands before a server on loopback and passes bytes on, until a test cuts the line or lets it go dead.</summary>
internal sealed class TcpProxy : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentBag<Socket> _sockets = [];
    private readonly int _server;
    private volatile bool _isCut;
    private volatile bool _isSilent;

    /// <param name="server">The server's port.</param>
    public TcpProxy(int server)
    {
        _server = server;
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _ = AcceptAsync();
    }

    public int Port { get; }

    /// <summary>Closes every connection, and makes no more.</summary>
    public void Cut()
    {
        _isCut = true;
        foreach (var socket in _sockets)
            socket.Close();
    }

    /// <summary>From now on connections stay open, and nothing that is sent arrives, as when a firewall forgets them.</summary>
    public void GoSilent() => _isSilent = true;

    public void Dispose()
    {
        _listener.Dispose();
        Cut();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptSocketAsync();
                var server = new Socket(SocketType.Stream, ProtocolType.Tcp);
                _sockets.Add(client);
                _sockets.Add(server);
                if (_isCut)
                {
                    client.Close();
                    continue;
                }
                await server.ConnectAsync(IPAddress.Loopback, _server);
                _ = PassAsync(client, server);
                _ = PassAsync(server, client);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task PassAsync(Socket from, Socket to)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (await from.ReceiveAsync(buffer) is > 0 and var length)
                if (!_isSilent)
                    await to.SendAsync(buffer.AsMemory(0, length));
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // One side is gone: so is the other.
        }
        from.Close();
        to.Close();
    }
}
