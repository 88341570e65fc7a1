using System.Globalization;
using System.Text;

namespace TaskQueue.Tables;

/// <summary>Text from a file, fit for one line of a message.</summary>
internal static class Quoted
{
    private const int LongestName = 80;

    /// <summary>In quotes.</summary>
    public static string Name(string text) => $"'{Plain(text)}'";

    /// <summary>Without what could move the cursor, hide or end the line, and cut when it is long.</summary>
    /// <param name="text">From a file, or of an error that may quote one.</param>
    /// <param name="longest">Letters.</param>
    public static string Plain(string text, int longest = LongestName)
    {
        var line = new StringBuilder();
        foreach (var letter in text.EnumerateRunes())
        {
            if (line.Length >= longest)
                return line.Append('…').ToString();
            if (IsPlain(letter))
                line.Append(letter);
            else
                line.Append(CultureInfo.InvariantCulture, $"\\u{letter.Value:x4}");
        }
        return line.ToString();
    }

    private static bool IsPlain(Rune letter) => Rune.GetUnicodeCategory(letter) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator
        or UnicodeCategory.ParagraphSeparator or UnicodeCategory.OtherNotAssigned or UnicodeCategory.PrivateUse);
}
