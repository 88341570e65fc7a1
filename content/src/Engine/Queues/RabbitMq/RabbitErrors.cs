using System.Globalization;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text.RegularExpressions;
using System.Threading.Channels;
using RabbitMQ.Client.Events;
using RabbitMQ.Client.Exceptions;
using TaskQueue.Contracts;

namespace TaskQueue.Queues.RabbitMq;

/// <summary>Says what went wrong with the broker, for the person who set up the project.</summary>
internal static partial class RabbitErrors
{
    // Of AMQP 0-9-1, section 1.2.
    private const int AccessRefused = 403;
    private const int NotFound = 404;
    private const int PreconditionFailed = 406;
    private const int NotAllowed = 530;

    /// <summary>Whether an exception is one of the broker's or of the way to it.</summary>
    public static bool IsOfBroker(Exception exception) => exception
        is RabbitMQClientException or IOException or SocketException or TimeoutException or AuthenticationException
            or ObjectDisposedException or ChannelClosedException;

    public static bool IsMissingQueue(Exception exception) =>
        exception is OperationInterruptedException { ShutdownReason.ReplyCode: NotFound };

    public static bool IsOtherArguments(Exception exception) =>
        exception is OperationInterruptedException { ShutdownReason.ReplyCode: PreconditionFailed };

    /// <summary>Whether the broker closed a channel because a message was held for longer than its consumer_timeout.</summary>
    /// <remarks>https://www.rabbitmq.com/docs/consumers#acknowledgement-timeout</remarks>
    public static bool IsAcknowledgementTimeout(ShutdownEventArgs reason) =>
        reason.ReplyCode == PreconditionFailed && reason.ReplyText.Contains("delivery acknowledgement", StringComparison.Ordinal);

    /// <returns>How long the broker waited, if it says so.</returns>
    public static TimeSpan? AcknowledgementTimeout(ShutdownEventArgs reason) =>
        TimeoutRule().Match(reason.ReplyText) is { Success: true } match
            ? TimeSpan.FromMilliseconds(double.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture))
            : null;

    /// <summary>The error of a broker to which no connection could be made.</summary>
    public static TaskQueueException OfConnecting(Exception exception, RabbitAddress address)
    {
        var causes = Causes(exception).ToList();
        if (causes.OfType<AuthenticationException>().FirstOrDefault() is { } tls)
            return new TaskQueueException(
                ExitCode.Configuration,
                tls.Message.Contains("certificate", StringComparison.Ordinal)
                    ? $"The broker's TLS certificate is refused: {FirstLine(tls)}"
                    : $"The broker speaks no TLS at this port: {FirstLine(tls)}",
                $"At {address.Broker}",
                "Use the port of TLS and the host name that the certificate names. An authority of your own is added with SSL_CERT_FILE, the path of its certificate.", exception);
        if (causes.Exists(cause => cause is AuthenticationFailureException or PossibleAuthenticationFailureException))
            return new TaskQueueException(
                ExitCode.Permission, $"The broker refuses user '{address.User}' or the password.", $"At {address.Broker}",
                "Correct TASKQUEUE_PATH; a password belongs in config/secret.env. The user guest may connect from the broker's own machine only.", exception);
        if (causes.OfType<OperationInterruptedException>().FirstOrDefault() is { ShutdownReason: { } reason } refused)
            return reason.ReplyCode is NotAllowed or AccessRefused ? OfVirtualHost(reason.ReplyText, address, refused) : OfOperation(refused, address);

        return new TaskQueueException(
            ExitCode.Unavailable, $"The broker cannot be reached: {FirstLine(causes.OfType<SocketException>().FirstOrDefault() ?? causes[^1])}",
            $"At {address.Broker}",
            $"Is RabbitMQ running there, and is this the port of {(address.IsTls ? "TLS" : "plain AMQP")}? Correct TASKQUEUE_PATH.", exception)
        {
            IsTransient = true,
        };
    }

    /// <summary>The error of a broker that refused or broke off an operation.</summary>
    public static TaskQueueException OfOperation(Exception exception, RabbitAddress address) => exception switch
    {
        // The client learns only after connecting that there is no such virtual host.
        OperationInterruptedException { ShutdownReason: { ReplyCode: NotAllowed } reason } => OfVirtualHost(reason.ReplyText, address, exception),
        OperationInterruptedException { ShutdownReason: { ReplyCode: AccessRefused } reason } => new TaskQueueException(
            ExitCode.Permission, $"The broker does not permit this: {reason.ReplyText}", $"At {address.Location}, user '{address.User}'",
            $"The user needs the permissions configure, write and read for '^{address.Queue}(_.*)?$', and write for 'amq\\.default'.", exception),
        _ when IsMissingQueue(exception) => Missing(address, exception),
        _ => new TaskQueueException(
            ExitCode.Unavailable, $"The connection to the broker was lost: {FirstLine(exception)}", $"At {address.Broker}",
            "Is RabbitMQ running there? Run the command again.", exception)
        {
            IsTransient = true,
        },
    };

    /// <summary>The error of a broker that is there, and takes nothing.</summary>
    public static TaskQueueException OfStandstill(Exception exception, TimeSpan time, RabbitAddress address) => new(
        ExitCode.Unavailable,
        FormattableString.Invariant($"The broker has confirmed no message of '{address.Queue}' for {time.TotalSeconds:0} s: {FirstLine(exception)}"),
        $"At {address.Broker}", "Its log says why. When it is well again, run the same insert again.", exception)
    {
        IsTransient = true,
    };

    public static TaskQueueException Missing(RabbitAddress address, Exception? cause = null) => new(
        ExitCode.Configuration, $"There is no queue '{address.Queue}' in the virtual host '{address.VirtualHost}'.", $"At {address.Broker}",
        "insert-tasks, worker and check --create make it when there is none. Correct TASKQUEUE_PATH if it should be there.", cause);

    public static TaskQueueException Deleted(RabbitAddress address, Exception? cause = null) => new(
        ExitCode.Unavailable, $"The queue '{address.Queue}' was deleted.", $"At {address.Location}",
        "Insert again: finished rows are skipped.", cause);

    private static TaskQueueException OfVirtualHost(string reply, RabbitAddress address, Exception cause) =>
        reply.Contains("not found", StringComparison.Ordinal)
            ? new TaskQueueException(
                ExitCode.Configuration, $"The broker has no virtual host '{address.VirtualHost}'.", $"At {address.Broker}",
                "Correct TASKQUEUE_PATH (amqp://host/queue means the vhost /), or have it made: rabbitmqctl add_vhost NAME", cause)
            : new TaskQueueException(
                ExitCode.Permission, $"User '{address.User}' may not use the virtual host '{address.VirtualHost}'.", $"At {address.Broker}",
                $"Correct TASKQUEUE_PATH, or have it permitted: rabbitmqctl set_permissions -p VHOST {address.User} '.*' '.*' '.*'", cause);

    private static IEnumerable<Exception> Causes(Exception exception)
    {
        yield return exception;
        var inner = exception is AggregateException several ? several.InnerExceptions : [.. new[] { exception.InnerException }.OfType<Exception>()];
        foreach (var cause in inner.SelectMany(Causes))
            yield return cause;
    }

    private static string FirstLine(Exception exception) => exception switch
    {
        OperationInterruptedException { ShutdownReason: { } reason } => reason.ReplyText,
        _ => exception.Message.Split('\n')[0].TrimEnd('.', '\r') + ".",
    };

    // "delivery acknowledgement on channel 1 timed out. Timeout value used: 1800000 ms."
    [GeneratedRegex("Timeout value used: ([0-9]+) ms")]
    private static partial Regex TimeoutRule();
}
