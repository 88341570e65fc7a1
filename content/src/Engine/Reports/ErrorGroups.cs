using TaskQueue.Queues;

namespace TaskQueue.Reports;

/// <summary>Counts failures by what went wrong, and keeps one example of each.</summary>
internal sealed class ErrorGroups
{
    private readonly Dictionary<string, ErrorGroup> _byPattern = new(StringComparer.Ordinal);

    /// <summary>The commonest first.</summary>
    public IEnumerable<ErrorGroup> All =>
        _byPattern.Values.OrderByDescending(group => group.Count).ThenBy(group => group.Error, StringComparer.Ordinal);

    public void Add(ParkedMessage message)
    {
        var pattern = ErrorPattern.Of(message.Parking.Reason);
        _byPattern[pattern] = _byPattern.TryGetValue(pattern, out var group)
            ? group with { Count = group.Count + 1, Error = group.Error == message.Parking.Reason ? group.Error : pattern }
            : new ErrorGroup(message.Parking.Reason, 1, message);
    }
}

/// <param name="Error">The message where all are equal, else what they have in common.</param>
/// <param name="Count">How many failed so.</param>
/// <param name="Example">The first of them.</param>
internal sealed record ErrorGroup(string Error, int Count, ParkedMessage Example);
