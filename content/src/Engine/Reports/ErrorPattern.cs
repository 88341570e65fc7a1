using System.Text.RegularExpressions;

namespace TaskQueue.Reports;

/// <summary>Finds what is common in messages that differ by names and numbers only.</summary>
internal static partial class ErrorPattern
{
    /// <summary>Groups failures by their error, the commonest first.</summary>
    public static IReadOnlyList<FailureGroup> Group(IEnumerable<Failure> failures) =>
        [.. failures
            .GroupBy(failure => Of(failure.Error))
            .Select(Describe)
            .OrderByDescending(group => group.Count)
            .ThenBy(group => group.Error, StringComparer.Ordinal)];

    /// <summary>A message with an ellipsis in place of quoted names, paths and numbers.</summary>
    public static string Of(string error) => Variable().Replace(error, "…");

    private static FailureGroup Describe(IGrouping<string, Failure> group)
    {
        var messages = group.Select(failure => failure.Error).Distinct().Take(2).ToList();
        return new(messages.Count == 1 ? messages[0] : group.Key, group.Count(), group.First().Id);
    }

    private const string Quoted = "'[^']*'|\"[^\"]*\"";
    private const string Path = @"(?<!\w)(?:\w+:/)?/\S*\w";
    private const string WithDigit = @"\b\w*\d[\w-]*(?:\.[\w-]+)*";

    [GeneratedRegex($"{Quoted}|{Path}|{WithDigit}", RegexOptions.CultureInvariant)]
    private static partial Regex Variable();
}
