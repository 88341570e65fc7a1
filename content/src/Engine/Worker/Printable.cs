using System.Globalization;
using System.Text;

namespace TaskQueue.Worker;

/// <summary>Text from outside as one harmless line: what could move a cursor or a line is shown as an escape.</summary>
internal static class Printable
{
    public static string Of(string text)
    {
        if (!text.Any(IsUnsafe))
            return text;

        var line = new StringBuilder(text.Length + 16);
        foreach (var character in text)
            _ = IsUnsafe(character) ? line.Append(CultureInfo.InvariantCulture, $"\\u{(int)character:x4}") : line.Append(character);
        return line.ToString();
    }

    private static bool IsUnsafe(char character) => char.GetUnicodeCategory(character)
        is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}
