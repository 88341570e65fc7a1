using System.Globalization;
using System.Text.RegularExpressions;
using TaskQueue.Contracts;

namespace TaskQueue.Queues.RabbitMq;

/// <summary>The arguments of a queue: what it is declared with, and what an existing one has.</summary>
internal sealed partial class QueueArguments
{
    public const string QueueType = "x-queue-type";
    public const string DeliveryLimit = "x-delivery-limit";
    public const string ConsumerTimeout = "x-consumer-timeout";

    private readonly Dictionary<string, object?> _wanted;
    private readonly Dictionary<string, object?> _current;
    private readonly List<string> _different = [];

    public QueueArguments(Dictionary<string, object?> wanted)
    {
        _wanted = wanted;
        _current = new Dictionary<string, object?>(wanted);
    }

    /// <summary>The arguments as far as they are known to be those of the queue.</summary>
    public IDictionary<string, object?> Current => _current;

    /// <summary>
    /// Whether the queue can be used as it is: only limits differ, and they are no narrower than those that are wanted.
    /// </summary>
    public bool AreUsable => _different.TrueForAll(name =>
        name is DeliveryLimit or ConsumerTimeout && (_current.GetValueOrDefault(name), _wanted.GetValueOrDefault(name)) switch
        {
            (null, _) => name == ConsumerTimeout,
            (_, null) => true,
            var (current, wanted) => Convert.ToInt64(current, CultureInfo.InvariantCulture) >= Convert.ToInt64(wanted, CultureInfo.InvariantCulture),
        });

    /// <summary>Reads one argument of the existing queue out of the broker's refusal.</summary>
    /// <returns>Whether declaring it once more can tell more.</returns>
    public bool ReadDifference(string reply)
    {
        var match = Difference().Match(reply);
        if (!match.Success || _different.Contains(match.Groups["name"].Value))
            return false;

        var name = match.Groups["name"].Value;
        _different.Add(name);
        if (match.Groups["current"] is not { Success: true, Value: var value })
            _current.Remove(name);
        else
            _current[name] = long.TryParse(value, CultureInfo.InvariantCulture, out var number) ? number : value;
        return name is not QueueType && name.StartsWith("x-", StringComparison.Ordinal);
    }

    /// <summary>The refusal of a queue that has other arguments: shows both sets.</summary>
    public TaskQueueException Refuse(string queue, string location, string reply = "") => new(
        ExitCode.Configuration,
        $"The queue '{queue}' exists with other arguments: {(_different.Count > 0 ? Describe(_current) : reply)}.",
        $"At {location}; this project declares: {Describe(_wanted)}",
        _different.Contains(DeliveryLimit) && _different.Count == 1
            ? "Lower TQ_MAX_ATTEMPTS, or empty the queue and make it again: delete-queue, then insert-tasks."
            : "Choose another name in TASKQUEUE_PATH, or make it again when nobody needs it: delete-queue, then insert-tasks.");

    /// <summary>A queue that names no type is a classic one.</summary>
    private static string Describe(Dictionary<string, object?> arguments) => arguments.GetValueOrDefault(QueueType) is not "quorum" and var type
        ? $"{QueueType}={type ?? "classic"}"
        : string.Join(" ", arguments.Select(pair => string.Create(CultureInfo.InvariantCulture, $"{pair.Key}={pair.Value}")));

    // "inequivalent arg 'x-delivery-limit' for queue 'q' in vhost '/': received the value '25' of type 'signedint' but current is none"
    [GeneratedRegex(@"inequivalent arg '(?<name>[^']+)'.* received .* but current is (the value )?(none|'(?<current>[^']*)')", RegexOptions.CultureInvariant | RegexOptions.Singleline)]
    private static partial Regex Difference();
}
