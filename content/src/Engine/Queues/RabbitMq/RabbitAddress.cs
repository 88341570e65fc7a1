using System.Text;
using TaskQueue.Contracts;

namespace TaskQueue.Queues.RabbitMq;

/// <summary>A queue on a broker: <c>amqp(s)://user:password@host:port/vhost/queue</c>.</summary>
/// <param name="VirtualHost">Is <c>/</c> when the path names none.</param>
internal sealed record RabbitAddress(bool IsTls, string Host, int Port, string User, string Password, string VirtualHost, string Queue)
{
    public const string Scheme = "amqp";

    public const string TlsScheme = "amqps";

    private const int DefaultPort = 5672;
    private const int DefaultTlsPort = 5671;

    /// <summary>AMQP's limit for a name is 255 bytes; ours are longer by an ending.</summary>
    private const int MostQueueBytes = 240;

    private const string Next = "Use amqp://user:password@host:port/queue, or .../vhost/queue; amqps:// is the same with TLS. "
        + "Write special characters of user, password and vhost as %2F and the like.";

    private const string DefaultUser = "guest";

    /// <summary>The broker, for people.</summary>
    public string Broker => $"{(IsTls ? TlsScheme : Scheme)}://{(Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host)}:{Port}";

    /// <summary>The queue, for people: without user and password.</summary>
    public string Location => $"{Broker}/{(VirtualHost == "/" ? "" : Uri.EscapeDataString(VirtualHost) + "/")}{Queue}";

    /// <exception cref="TaskQueueException">It is none (exit code 78).</exception>
    public static RabbitAddress Parse(QueueAddress address)
    {
        // An address that cannot be read may hold a password: it is not repeated.
        if (!Uri.TryCreate($"{address.Scheme}://{address.Path}", UriKind.Absolute, out var uri) || uri.Host.Length == 0)
            throw Refuse("is no address of a queue on RabbitMQ");
        if (uri.Query.Length + uri.Fragment.Length > 0)
            throw Refuse("has something after a ? or #, which no address on RabbitMQ has");

        var names = uri.AbsolutePath[1..].Split('/').Select(Uri.UnescapeDataString).ToList();
        if (names.Count > 2)
            throw Refuse("has more parts than a vhost and a queue");
        if (names.Any(name => name.Length == 0))
            throw Refuse("names no queue");
        if (names[^1].StartsWith("amq.", StringComparison.Ordinal) || Encoding.UTF8.GetByteCount(names[^1]) > MostQueueBytes)
            throw Refuse($"names a queue that cannot be: at most {MostQueueBytes} bytes, and no 'amq.' at the start");

        var isTls = address.Scheme == TlsScheme;
        var user = uri.UserInfo.Split(':', 2);
        return new RabbitAddress(
            isTls,
            uri.DnsSafeHost,
            uri.Port > 0 ? uri.Port : isTls ? DefaultTlsPort : DefaultPort,
            user[0].Length > 0 ? Uri.UnescapeDataString(user[0]) : DefaultUser,
            user.Length > 1 ? Uri.UnescapeDataString(user[1]) : DefaultUser,
            VirtualHost: names.Count > 1 ? names[0] : "/",
            Queue: names[^1]);
    }

    // A record prints all its properties: not this one.
    public override string ToString() => Location;

    private static TaskQueueException Refuse(string what) =>
        new(ExitCode.Configuration, $"TASKQUEUE_PATH {what}.", next: Next);
}
