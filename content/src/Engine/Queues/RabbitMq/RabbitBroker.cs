using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;
using System.Text;
using RabbitMQ.Client;
using TaskQueue.Contracts;

namespace TaskQueue.Queues.RabbitMq;

/// <summary>The way to the broker: connects, and translates its errors.</summary>
internal sealed class RabbitBroker(RabbitAddress address) : IAsyncDisposable
{
    /// <summary>A wrong host, or a port where nobody answers, is reported after so long.</summary>
    private static readonly TimeSpan ConnectLimit = TimeSpan.FromSeconds(6);

    /// <summary>A connection that was cut without a word is given up after two to three of these.</summary>
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(20);

    /// <summary>How long to leave a broker alone that was lost and is there again.</summary>
    /// <remarks>
    /// A quorum queue elects its leader within the second after a start. RabbitMQ 3.10 never does, when somebody publishes to
    /// the queue before: it answers "leader not known" and forgets the election.
    /// </remarks>
    public static readonly TimeSpan Recovery = TimeSpan.FromSeconds(3);

    private static readonly CreateChannelOptions Confirmed = new(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true);

    private readonly SemaphoreSlim _connecting = new(1);
    private IConnection? _connection;

    public RabbitAddress Address { get; } = address;

    /// <summary>The connection that short operations share; made again when it was lost.</summary>
    /// <exception cref="TaskQueueException">It cannot be made.</exception>
    public async Task<IConnection> GetConnectionAsync(CancellationToken cancellationToken)
    {
        await _connecting.WaitAsync(cancellationToken);
        try
        {
            if (_connection is not { IsOpen: true })
            {
                if (_connection is not null)
                    await _connection.DisposeAsync();
                _connection = null;
                _connection = await ConnectAsync(new ConnectionFactory(), cancellationToken);
            }
            return _connection;
        }
        finally
        {
            _connecting.Release();
        }
    }

    /// <summary>Makes a connection of its caller's own, for a stream of small messages.</summary>
    /// <exception cref="TaskQueueException">It cannot be made.</exception>
    public Task<IConnection> ConnectForStreamAsync(CancellationToken cancellationToken)
    {
        var factory = new ConnectionFactory { SocketFactory = CreateCoalescingSocket };
        return ConnectAsync(factory, cancellationToken);
    }

    /// <summary>Runs an operation on a channel of its own, on which a publish ends when the broker has confirmed it.</summary>
    /// <exception cref="TaskQueueException">The broker refused it, or was lost.</exception>
    public Task<T> UseAsync<T>(Func<IChannel, Task<T>> operation, CancellationToken cancellationToken) => AskAsync(async () =>
    {
        var connection = await GetConnectionAsync(cancellationToken);
        await using var channel = await connection.CreateChannelAsync(Confirmed, cancellationToken);
        return await operation(channel);
    });

    /// <summary>Runs an operation; what the client throws becomes an error that a person can act on.</summary>
    /// <exception cref="TaskQueueException">The broker refused it, or was lost.</exception>
    public async Task<T> AskAsync<T>(Func<Task<T>> operation)
    {
        try
        {
            return await operation();
        }
        catch (Exception e) when (RabbitErrors.IsOfBroker(e))
        {
            throw RabbitErrors.OfOperation(e, Address);
        }
    }

    /// <summary>Sets everything that a connection to this broker needs.</summary>
    [SuppressMessage("Security", "CA5398", Justification = "None: the system chooses the versions of TLS.")]
    public void Configure(ConnectionFactory factory)
    {
        factory.HostName = Address.Host;
        factory.Port = Address.Port;
        factory.VirtualHost = Address.VirtualHost;
        factory.UserName = Address.User;
        factory.Password = Address.Password;
        factory.Ssl = new SslOption { Enabled = Address.IsTls, ServerName = Address.Host };
        factory.AutomaticRecoveryEnabled = false;
        factory.TopologyRecoveryEnabled = false;
        factory.RequestedHeartbeat = Heartbeat;
        factory.RequestedConnectionTimeout = ConnectLimit;
        factory.HandshakeContinuationTimeout = ConnectLimit;
        factory.ContinuationTimeout = AnswerLimit;
        factory.ClientProvidedName = $"{AppDomain.CurrentDomain.FriendlyName} {Environment.MachineName} {Environment.ProcessId}";
    }

    /// <summary>The broker's version, such as 3.10.8.</summary>
    public static Version VersionOf(IConnection connection)
    {
        var text = connection.ServerProperties?.TryGetValue("version", out var value) == true && value is byte[] bytes
            ? Encoding.UTF8.GetString(bytes)
            : "";
        return Version.TryParse(text.Split('-', '+')[0], out var version) ? version : new Version(0, 0);
    }

    public async ValueTask DisposeAsync()
    {
        if (_connection is not null)
            await _connection.DisposeAsync();
        _connecting.Dispose();
    }

    private async Task<IConnection> ConnectAsync(ConnectionFactory factory, CancellationToken cancellationToken)
    {
        Configure(factory);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(ConnectLimit);
        try
        {
            // The client itself takes its time when a broker accepts the connection and then says nothing.
            return await factory.CreateConnectionAsync([Address.Host], limit.Token).WaitAsync(limit.Token);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw RabbitErrors.OfConnecting(new TimeoutException($"no answer within {ConnectLimit.TotalSeconds:0} s", e), Address);
        }
        catch (Exception e) when (RabbitErrors.IsOfBroker(e))
        {
            throw RabbitErrors.OfConnecting(e, Address);
        }
    }

    /// <summary>
    /// The client sends each message by itself. With Nagle's algorithm (RFC 896) the system puts into one segment what is
    /// written before an earlier segment's acknowledgement; a lone request may take 40 ms more.
    /// </summary>
    private static ITcpClient CreateCoalescingSocket(AddressFamily family)
    {
        var client = ConnectionFactoryBase.DefaultSocketFactory(family);
        client.Client.NoDelay = false;
        return client;
    }
}
