using System.Text.RegularExpressions;
using TaskQueue.Contracts;

namespace TaskQueue.Queues.Sqs;

/// <summary>Which queue TASKQUEUE_PATH names: <c>sqs://name</c>, <c>sqs://region/name</c>, or the queue's own URL.</summary>
/// <param name="Name">1 to 80 letters, digits, <c>-</c> and <c>_</c>.</param>
/// <param name="Region">Null for that of environment or profile.</param>
/// <param name="Url">The queue's own URL; null when the service has to be asked for it.</param>
internal sealed partial record SqsAddress(string Name, string? Region, Uri? Url)
{
    public const string Scheme = "sqs";

    private const string Forms =
        "Use sqs://name, sqs://region/name, or the queue's URL: https://sqs.region.amazonaws.com/account/name.";

    /// <summary>What queues whose order is kept are called; theirs is a protocol of its own.</summary>
    private const string FifoEnding = ".fifo";

    /// <exception cref="TaskQueueException">It names no standard queue (78).</exception>
    public static SqsAddress Parse(QueueAddress address)
    {
        var whole = $"{address.Scheme}://{address.Path}";
        var parsed = address.Scheme == Scheme ? ParseName(address.Path) : ParseUrl(whole);
        if (parsed is null)
            throw Wrong($"TASKQUEUE_PATH is not the name or URL of an SQS queue: '{Shown(whole)}'.", Forms);
        if (parsed.Name.EndsWith(FifoEnding, StringComparison.Ordinal))
            throw Wrong(
                $"TASKQUEUE_PATH names the FIFO queue '{parsed.Name}'; tasks have no order.", "Use a standard queue.");
        return NameRule().IsMatch(parsed.Name)
            ? parsed
            : throw Wrong(
                $"'{Shown(parsed.Name)}' cannot be the name of an SQS queue.",
                "Names have 1 to 80 letters, digits, - and _.");
    }

    private static SqsAddress? ParseName(string path) => path.Split('/') switch
    {
        [{ Length: > 0 } name] => new(name, null, null),
        [var region, { Length: > 0 } name] when RegionRule().IsMatch(region) => new(name, region, null),
        _ => null,
    };

    private static SqsAddress? ParseUrl(string text)
    {
        var isUrl = Uri.TryCreate(text, UriKind.Absolute, out var url)
            && url is { UserInfo: "", Query: "", Fragment: "", Segments.Length: >= 3 }
            && (url.Scheme == Uri.UriSchemeHttps || IsLoopback(url));
        if (!isUrl)
            return null;

        var region = RegionOfHost().Match(url!.Host).Groups["region"];
        return new(url.Segments[^1], region.Success ? region.Value : null, url);
    }

    private static bool IsLoopback(Uri url) => url.IsLoopback || url.Host.EndsWith(".localhost", StringComparison.Ordinal);

    /// <summary>Without what may be a password.</summary>
    private static string Shown(string text) => text.Contains('@') ? "..." + text[text.LastIndexOf('@')..] : text;

    private static TaskQueueException Wrong(string what, string next) => new(ExitCode.Configuration, what, next: next);

    [GeneratedRegex(@"\A[A-Za-z0-9_-]{1,80}\z")]
    private static partial Regex NameRule();

    [GeneratedRegex(@"\A[a-z]{2,}(-[a-z]+)+-[0-9]\z")]
    private static partial Regex RegionRule();

    /// <summary>Of the hosts sqs.REGION.amazonaws.com, REGION.queue.amazonaws.com and those of private endpoints.</summary>
    [GeneratedRegex(@"(^|\.)sqs\.(?<region>[a-z0-9-]+)\.|^(?<region>[a-z0-9-]+)\.queue\.")]
    private static partial Regex RegionOfHost();
}
