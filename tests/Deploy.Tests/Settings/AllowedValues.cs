using System.Globalization;
using System.Text;
using TaskQueue.Settings;

namespace TaskQueue.DeployTests.Settings;

/// <summary>Values that an env file may hold: every printable character, Unicode, and what some reader could take for special.</summary>
internal static class AllowedValues
{
    private static readonly string[] Candidates =
    [
        "", "plain", "amqps://me%40home:p%20w@rabbit.example.com:5671/vhost/queue", "a=b=c", "a#b", "#", "x~", "a/~", "[1,2]", "{a:b}", "*", "?", "a*b", "!x", "-n", "%s",
        "é", "数据", "🛰", "0", "007", "true", "null", "1e3", "1_000", "yes", "@file", ":", "+", "a,b", "^x^y", "a\u0301",
        .. Enumerable.Range('!', '~' - '!' + 1).Select(code => $"x{(char)code}y"),
        .. Enumerable.Range('!', '~' - '!' + 1).Select(code => $"{(char)code}"),
    ];
    /// <summary>Writes a file with all candidates that the program allows.</summary>
    /// <returns>What the program reads.</returns>
    public static Dictionary<string, string> Write(string file)
    {
        var lines = Candidates.Select((value, i) => string.Create(CultureInfo.InvariantCulture, $"V{i}={value}"));
        var allowed = EnvFile.Parse(Encoding.UTF8.GetBytes(string.Join('\n', lines)), file, []);
        Assert.True(allowed.Count > 190, $"{allowed.Count} of {Candidates.Length} are allowed.");

        File.WriteAllLines(file, ["# A comment.", "", .. allowed.Select(line => $"{line.Name}={line.Value}")]);
        return allowed.ToDictionary(line => line.Name, line => line.Value);
    }
}
