using System.Text.RegularExpressions;
using TaskQueue.Contracts;

namespace TaskQueue.Settings;

/// <summary>What a line of an env file may hold, so that all its readers agree on it.</summary>
internal static partial class EnvLineRules
{
    /// <summary>Longest line, in characters.</summary>
    public const int MaxLength = 8192;

    private const string Quotes = "\"'`";
    private const string Shell = "\\$&;|<>()";
    private const string ShellAdvice = "A shell takes the value apart there; leave it out.";

    /// <summary>Finds the first thing wrong with a line. Its value is not quoted: it may be a secret.</summary>
    public static SettingProblem? FindProblem(string text, EnvLine line)
    {
        if (text.Length > MaxLength)
            return new(
                $"The line is longer than {MaxLength} characters.", line.Where,
                "Keep long values in a file and name the file here.");

        if (line.Name.TrimStart().StartsWith("export ", StringComparison.Ordinal))
            return new(
                "The line begins with \"export\".", line.Where,
                "Write NAME=value alone: not every reader knows \"export\".");

        if (!text.Contains('='))
            return new(
                "The line is no NAME=value.", line.Where,
                "Write NAME=value, or begin the line with # to make it a comment.");

        if (!NamePattern().IsMatch(line.Name))
            return new(
                $"\"{Printable.Short(line.Name)}\" is no name for a setting.", line.Where,
                "A name has letters, digits and underscores, begins with no digit, and the = follows at once.");

        return FindProblemOfValue(line.Value) is var (has, next)
            ? new($"The value of {line.Name} {has}.", line.Where, next)
            : null;
    }

    private static (string Has, string Next)? FindProblemOfValue(string value)
    {
        for (var i = 0; i < value.Length; i++)
        {
            var character = value[i];
            if (char.IsWhiteSpace(character))
                return ($"has a space at character {i + 1}", WhitespaceAdvice(value));
            if (char.IsControl(character))
                return ($"has the control character U+{(int)character:X4} at character {i + 1}", "Remove it.");
            if (Quotes.Contains(character))
                return ($"has a quote {character} at character {i + 1}", "Values stand without quotes; remove them.");
            if (Shell.Contains(character))
                return ($"has a {character} at character {i + 1}", ShellAdvice);
            if (character == '~' && (i == 0 || value[i - 1] == ':'))
                return ($"has a ~ at character {i + 1}", "A shell would expand it; write the path in full.");
        }

        return null;
    }

    private static string WhitespaceAdvice(string value) =>
        value.Contains(" #", StringComparison.Ordinal)
            ? "Comments stand on a line of their own."
            : "Values hold no spaces, also not at the end; keep such a value in a file.";

    [GeneratedRegex("^[A-Za-z_][A-Za-z0-9_]*$", RegexOptions.CultureInvariant)]
    private static partial Regex NamePattern();
}
