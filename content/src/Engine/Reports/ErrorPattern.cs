using System.Text.RegularExpressions;

namespace TaskQueue.Reports;

/// <summary>Finds what is common in messages that differ by names and numbers only.</summary>
internal static partial class ErrorPattern
{
    /// <summary>A message with an ellipsis in place of quoted names, paths and numbers.</summary>
    public static string Of(string error) => Variable().Replace(error, "…");

    private const string Quoted = "'[^']*'|\"[^\"]*\"";
    private const string Path = @"(?<!\w)(?:\w+:/)?/\S*\w";
    private const string WithDigit = @"\b\w*\d[\w-]*(?:\.[\w-]+)*";

    [GeneratedRegex($"{Quoted}|{Path}|{WithDigit}", RegexOptions.CultureInvariant)]
    private static partial Regex Variable();
}
