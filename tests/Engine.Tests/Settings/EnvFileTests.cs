using System.Diagnostics;
using System.Text;
using TaskQueue.Settings;

namespace TaskQueue.Tests.Settings;

public sealed class EnvFileTests
{
    public static TheoryData<string> AllowedValues =>
    [
        "fq://queue", "amqp://user:pass@host:5672/queue", "a=b", "a#b", "#b", "a~b", "a=~b", "[1,2]", "{a,b}", "*?!%^+-/", "größe/北", "",
    ];

    [Theory]
    [MemberData(nameof(AllowedValues))]
    public void A_value_is_taken_literally(string value)
    {
        var (lines, problems) = Parse($"NAME={value}\n");

        Assert.Empty(problems);
        Assert.Equal(("NAME", value, "task.env, line 1"), (lines[0].Name, lines[0].Value, lines[0].Where));
    }

    [Theory]
    [MemberData(nameof(AllowedValues))]
    public async Task A_shell_reads_the_same_value(string value)
    {
        Need.That(Need.Runs("bash", "-c", "true"), "This test needs bash.");
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder["task.env"], $"NAME={value}\n", TestContext.Current.CancellationToken);

        using var shell = Process.Start(new ProcessStartInfo("bash", ["-c", ". \"$1\"; printf %s \"$NAME\"", "bash", folder["task.env"]])
        {
            RedirectStandardOutput = true,
        })!;

        Assert.Equal(value, await shell.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Comments_and_blank_lines_are_left_out_and_the_last_line_needs_no_end()
    {
        var (lines, problems) = Parse("# $comment with 'everything' <in> it\n\n  # indented\n   \nA=1\nB=2");

        Assert.Empty(problems);
        Assert.Equal(["A=1 task.env, line 5", "B=2 task.env, line 6"], lines.Select(line => $"{line.Name}={line.Value} {line.Where}"));
    }

    [Theory]
    [InlineData("a b", "a space at character 2")]
    [InlineData("a ", "a space at character 2")]
    [InlineData(" a", "a space at character 1")]
    [InlineData("a\tb", "a space at character 2")]
    [InlineData("a\u00a0b", "a space at character 2")]
    [InlineData("\"a\"", "a quote \" at character 1")]
    [InlineData("it's", "a quote ' at character 3")]
    [InlineData("`a`", "a quote ` at character 1")]
    [InlineData("a\\b", "a \\ at character 2")]
    [InlineData("$HOME", "a $ at character 1")]
    [InlineData("a&b", "a & at character 2")]
    [InlineData("a;b", "a ; at character 2")]
    [InlineData("a|b", "a | at character 2")]
    [InlineData("a<b", "a < at character 2")]
    [InlineData("a>b", "a > at character 2")]
    [InlineData("a(b", "a ( at character 2")]
    [InlineData("a)b", "a ) at character 2")]
    [InlineData("~/queue", "a ~ at character 1")]
    [InlineData("a:~/queue", "a ~ at character 3")]
    [InlineData("a\u0007b", "the control character U+0007 at character 2")]
    public void A_value_that_another_reader_would_change_is_refused_without_showing_it(string value, string expected)
    {
        var (lines, problems) = Parse($"# first\nNAME={value}\n");

        Assert.Empty(lines);
        var problem = Assert.Single(problems);
        Assert.Equal($"The value of NAME has {expected}.", problem.What);
        Assert.Equal("task.env, line 2", problem.Where);
    }

    [Theory]
    [InlineData("NAME", "The line is no NAME=value.")]
    [InlineData("export NAME=1", "The line begins with \"export\".")]
    [InlineData("NAME =1", "\"NAME \" is no name for a setting.")]
    [InlineData(" NAME=1", "\" NAME\" is no name for a setting.")]
    [InlineData("1NAME=1", "\"1NAME\" is no name for a setting.")]
    [InlineData("MY.NAME=1", "\"MY.NAME\" is no name for a setting.")]
    [InlineData("=1", "\"\" is no name for a setting.")]
    [InlineData("A\u001b[31m=1", "\"A\\u001b[31m\" is no name for a setting.")]
    public void A_line_that_is_no_assignment_is_refused(string line, string expected) =>
        Assert.Equal(expected, Assert.Single(Parse(line).Problems).What);

    [Fact]
    public void A_name_that_is_set_twice_is_refused()
    {
        var problem = Assert.Single(Parse("A=1\nB=2\nA=3\n").Problems);

        Assert.Equal("A is set twice, first in line 1.", problem.What);
        Assert.Equal("task.env, line 3", problem.Where);
    }

    [Fact]
    public void A_line_that_is_too_long_is_refused() =>
        Assert.Equal("The line is longer than 8192 characters.", Assert.Single(Parse($"A={new string('x', 8191)}").Problems).What);

    [Fact]
    public void All_problems_of_a_file_are_reported_at_once() =>
        Assert.Equal(["task.env, line 1", "task.env, line 3"], Parse("A='1'\nB=2\nC=a b\n").Problems.Select(problem => problem.Where));

    [Theory]
    [InlineData("A=1\nB=2\r\n", "task.env, line 2", "A line ends with CR LF.")]
    [InlineData("\ufeffA=1\n", "task.env", "The file begins with a byte order mark.")]
    [InlineData("A=1\nB=\0\n", "task.env, line 2", "The file holds a NUL character.")]
    public void A_file_of_another_encoding_is_refused(string text, string where, string what)
    {
        var problem = Assert.Single(Parse(text).Problems);

        Assert.Equal((where, what), (problem.Where, problem.What));
    }

    [Fact]
    public void A_file_that_is_not_utf8_is_refused_with_the_line()
    {
        var problems = new List<SettingProblem>();
        EnvFile.Parse([(byte)'A', (byte)'=', (byte)'1', (byte)'\n', (byte)'B', (byte)'=', 0xff], "task.env", problems);

        Assert.Equal("task.env, line 2", Assert.Single(problems).Where);
    }

    [Fact]
    public void A_file_that_is_too_large_is_refused() =>
        Assert.Equal("The file is larger than 1048576 bytes.", Assert.Single(Parse(new string('\n', EnvFile.MaxLength + 1)).Problems).What);

    private static (IReadOnlyList<EnvLine> Lines, List<SettingProblem> Problems) Parse(string text)
    {
        var problems = new List<SettingProblem>();
        return (EnvFile.Parse(Encoding.UTF8.GetBytes(text), "task.env", problems), problems);
    }
}
