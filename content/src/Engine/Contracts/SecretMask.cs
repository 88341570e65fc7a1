using System.Text;
using System.Text.RegularExpressions;

namespace TaskQueue.Contracts;

/// <summary>Hides what must not be shown in messages.</summary>
internal static partial class SecretMask
{
    private const string Hidden = "***";
    private const RegexOptions Options = RegexOptions.CultureInvariant | RegexOptions.Singleline;

    /// <summary>
    /// A value as it may be shown: without the password of a URL and without what follows the ? of a web address.
    /// </summary>
    public static string Hide(string value)
    {
        var withoutPassword = UserInfo().Replace(value, HideUser);
        return Query().Replace(withoutPassword, $"?{Hidden}");
    }

    /// <summary>The words of a command line, as they may be recorded: without the values of <c>--set</c>.</summary>
    public static string HideValues(IEnumerable<string> words)
    {
        var line = new StringBuilder();
        var isAssignment = false;
        foreach (var word in words)
        {
            line.Append(line.Length > 0 ? " " : "").Append(isAssignment ? Value().Replace(word, $"={Hidden}") : Hide(word));
            isAssignment = word == "--set";
        }

        return line.ToString();
    }

    /// <summary>Whether a value is a URL with a password in it.</summary>
    public static bool HasPassword(string value) => UserInfo().Match(value).Groups["password"].Length > 0;

    private static string HideUser(Match match) =>
        match.Groups["name"] is { Success: true } name ? $"{name.Value}:{Hidden}@" : $"{Hidden}@";

    // Up to the last @, so that a password that holds one is hidden to its end.
    [GeneratedRegex("(?<=://)(?:(?<name>[^:/@]*):(?<password>.*)|.*)@", Options)]
    private static partial Regex UserInfo();

    [GeneratedRegex("=.*", Options)]
    private static partial Regex Value();

    [GeneratedRegex(@"(?<=https?://.*)\?.+", Options)]
    private static partial Regex Query();
}
