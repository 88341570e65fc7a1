using System.Globalization;
using System.Text;

namespace TaskQueue.Contracts;

/// <summary>Text from outside as one harmless line: what could move a cursor, end a line or hide is shown as an escape.</summary>
internal static class Printable
{
    private const int LongestName = 80;

    public static string Of(string text) => Escape(text, int.MaxValue, IsPlain);

    /// <summary>Cut when it is long.</summary>
    public static string Short(string text) => Escape(text, LongestName, IsPlain);

    /// <summary>In quotes, and cut when it is long; white space other than the space is escaped, too.</summary>
    public static string Quote(string name) => $"'{Escape(name, LongestName, IsVisible)}'";

    /// <summary>Of several lines, as an exception's: its line breaks and tabs stay.</summary>
    public static string Lines(string text) => Escape(text.ReplaceLineEndings("\n"), int.MaxValue, letter => letter.Value is '\n' or '\t' || IsPlain(letter));

    private static string Escape(string text, int longest, Func<Rune, bool> isPlain)
    {
        if (text.Length <= longest && text.EnumerateRunes().All(isPlain))
            return text;

        var line = new StringBuilder();
        foreach (var letter in text.EnumerateRunes())
        {
            if (line.Length >= longest)
                return line.Append('…').ToString();
            _ = isPlain(letter) ? line.Append(letter) : line.Append(CultureInfo.InvariantCulture, $"\\u{letter.Value:x4}");
        }

        return line.ToString();
    }

    private static bool IsVisible(Rune letter) => IsPlain(letter) && (letter.Value == ' ' || !Rune.IsWhiteSpace(letter));

    private static bool IsPlain(Rune letter) => Rune.GetUnicodeCategory(letter) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator
        or UnicodeCategory.ParagraphSeparator or UnicodeCategory.OtherNotAssigned or UnicodeCategory.PrivateUse);
}
