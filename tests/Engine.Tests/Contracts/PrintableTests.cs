using TaskQueue.Contracts;

namespace TaskQueue.Tests.Contracts;

/// <summary>What a stranger wrote cannot draw on a terminal, hide, or fill it.</summary>
public sealed class PrintableTests
{
    [Theory]
    [InlineData("cell é 北京 🚀", "cell é 北京 🚀")]
    [InlineData("a\u3000b", "a\u3000b")]
    [InlineData("a\r\n\tb", "a\\u000d\\u000a\\u0009b")]
    [InlineData("\u001b[2J", "\\u001b[2J")]
    [InlineData("\ufeffa\u200b", "\\ufeffa\\u200b")]
    [InlineData("a\u202eb", "a\\u202eb")]
    [InlineData("a\u2028b", "a\\u2028b")]
    [InlineData("\U000E0041", "\\ue0041")]
    public void A_text_is_one_line_that_moves_nothing(string text, string expected) => Assert.Equal(expected, Printable.Of(text));

    [Theory]
    [InlineData("one\r\n\ttwo\n", "one\n\ttwo\n")]
    [InlineData("\u001b]0;title\u0007\nnext\u009b2J", "\\u001b]0;title\\u0007\nnext\\u009b2J")]
    public void Lines_stay_lines_and_move_nothing(string text, string expected) => Assert.Equal(expected, Printable.Lines(text));

    [Theory]
    [InlineData("root_id ", "'root_id '")]
    [InlineData("\ufeffroot-id", "'\\ufeffroot-id'")]
    [InlineData("root\u00a0id", "'root\\u00a0id'")]
    [InlineData("root\u3000id", "'root\\u3000id'")]
    [InlineData("", "''")]
    public void A_name_shows_what_is_invisible_in_it(string name, string expected) => Assert.Equal(expected, Printable.Quote(name));

    [Fact]
    public void A_text_is_whole_and_a_name_is_cut()
    {
        var text = new string('x', 81);

        Assert.Equal(text, Printable.Of(text));
        Assert.Equal($"{text[..80]}…", Printable.Short(text));
        Assert.Equal($"'{text[..80]}…'", Printable.Quote(text));
        Assert.Equal(text[..80], Printable.Short(text[..80]));
    }
}
