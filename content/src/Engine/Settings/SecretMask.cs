using System.Text.RegularExpressions;

namespace TaskQueue.Settings;

/// <summary>Hides what must not be shown in messages.</summary>
public static partial class SecretMask
{
    private const string Hidden = "***";

    /// <summary>A value as it may be shown: without the password of a URL and without what follows the ? of a web address.</summary>
    public static string Hide(string value)
    {
        var withoutUser = UserInfo().Replace(value, match => match.Groups["name"].Success ? $"{match.Groups["name"].Value}:{Hidden}@" : $"{Hidden}@");
        return Query().Replace(withoutUser, $"?{Hidden}");
    }

    /// <summary>Whether a value is a URL with a password in it.</summary>
    public static bool HasPassword(string value) => UserInfo().Match(value).Groups["password"].Length > 0;

    // Up to the last @, so that a password that holds one is hidden to its end.
    [GeneratedRegex("(?<=://)(?:(?<name>[^:/@]*):(?<password>.*)|.*)@", RegexOptions.CultureInvariant | RegexOptions.Singleline)]
    private static partial Regex UserInfo();

    [GeneratedRegex(@"(?<=https?://.*)\?.+", RegexOptions.CultureInvariant | RegexOptions.Singleline)]
    private static partial Regex Query();
}
