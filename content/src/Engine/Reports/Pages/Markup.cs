using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using System.Text;
using TaskQueue.Contracts;

namespace TaskQueue.Reports.Pages;

/// <summary>HTML that is safe: made of literals and escaped text alone.</summary>
/// <remarks>An interpolated string becomes one: what stands in its holes is escaped, unless it is markup itself.</remarks>
internal readonly record struct Markup
{
    private readonly string? _text;

    private Markup(string text) => _text = text;

    public static Markup Empty => default;

    public static Markup Of(Literals html) => new(html.ToString());

    /// <summary>One after the other, each on a line.</summary>
    public static Markup Join(IEnumerable<Markup> parts) => new(string.Join('\n', parts));

    /// <summary>What this project has written itself: a style sheet, a path of numbers.</summary>
    public static Markup Trust(string html) => new(html);

    public override string ToString() => _text ?? "";

    /// <summary>Builds markup of an interpolated string.</summary>
    [InterpolatedStringHandler]
    public readonly ref struct Literals(int literalLength, int holes)
    {
        private readonly StringBuilder _html = new(literalLength + (holes * 16));

        public void AppendLiteral(string html) => _html.Append(html);

        public void AppendFormatted(Markup html) => _html.Append(html);

        /// <summary>Text of others: harmless as a line of a terminal, and in HTML, in attributes too.</summary>
        public void AppendFormatted(string? text) => _html.Append(WebUtility.HtmlEncode(Printable.Lines(text ?? "")));

        public void AppendFormatted(long number) => _html.Append(number.ToString("N0", CultureInfo.InvariantCulture));

        public void AppendFormatted(double number, string format) => _html.Append(number.ToString(format, CultureInfo.InvariantCulture));

        public override string ToString() => _html.ToString();
    }
}
