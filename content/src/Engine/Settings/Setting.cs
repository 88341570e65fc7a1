using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.RegularExpressions;

namespace TaskQueue.Settings;

/// <summary>A line that an env file may have: what checks and error messages say about it.</summary>
/// <param name="Name">As it is written there.</param>
/// <param name="Default">Its value when the line is missing; null when it has to be given.</param>
/// <param name="Range">Which values are allowed, to be read after "allowed:".</param>
/// <param name="IsAllowed">Whether a value is allowed.</param>
public sealed record Setting(string Name, string? Default, string Range, Func<string, bool> IsAllowed)
{
    /// <summary>A whole number.</summary>
    internal static Setting Number(string name, string? @default, int min, int max, string unit = "") => new(
        name, @default, string.Create(CultureInfo.InvariantCulture, $"a whole number{unit} from {min} to {max}"),
        value => int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number >= min && number <= max);

    /// <summary>Any text but an empty one, checked further by the room that uses it.</summary>
    internal static Setting Text(string name, string? @default, string range) =>
        new(name, @default, range, value => value.Length > 0);

    /// <summary>A text that a pattern matches from its start to its end.</summary>
    internal static Setting Text(
        string name, string? @default, string range, [StringSyntax(StringSyntaxAttribute.Regex)] string pattern) =>
        new(name, @default, range, value => Regex.IsMatch(value, $"^(?:{pattern})$", RegexOptions.CultureInvariant));

    /// <summary>A path or URL, checked further by the room that uses it. Only a shell knows what ~ is.</summary>
    internal static Setting Path(string name, string? @default, string range) =>
        new(name, @default, $"{range}; no ~", value => value is not ("" or ['~', ..]));

    /// <summary>One of a few words, the first being the default.</summary>
    internal static Setting Choice(string name, params string[] words) =>
        new(name, words[0], string.Join(", ", words), words.Contains);
}
