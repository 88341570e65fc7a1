using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace TaskQueue.Commands.Shell;

/// <summary>
/// The kinds of options that verbs have. All are long: <c>dotnet run</c> takes the short ones for itself.
/// </summary>
internal static class VerbOption
{
    public static Option<bool> Switch(string name, string description) =>
        new(name) { Description = description, Arity = ArgumentArity.Zero };

    public static Option<string?> Text(string name, string value, string description, string? @default = null) =>
        new(name) { HelpName = value, Description = Describe(description, @default) };

    /// <summary>A whole number; null when it is not given.</summary>
    public static Option<long?> Number(
        string name, string description, long min, long max = long.MaxValue, string? @default = null) =>
        new(name)
        {
            HelpName = "N",
            Description = Describe(description, @default),
            CustomParser = result => ParseNumber(name, min, max, result),
        };

    /// <summary>One of a few words, the first being the default.</summary>
    public static Option<string> Choice(string name, string description, params string[] words) => new(name)
    {
        HelpName = string.Join('|', words),
        Description = Describe(description, words[0]),
        DefaultValueFactory = _ => words[0],
        CustomParser = result => ParseChoice(name, words, result),
    };

    /// <summary>May be given several times.</summary>
    public static Option<string[]> Many(string name, string value, string description) => new(name)
    {
        HelpName = value,
        Description = description,
        Arity = ArgumentArity.OneOrMore,
        DefaultValueFactory = _ => [],
    };

    /// <summary>What help shows; a default may be a setting, or words.</summary>
    private static string Describe(string description, string? @default) =>
        @default is null ? description : $"{description} (default: {@default})";

    private static long? ParseNumber(string name, long min, long max, ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        var isNumber = long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number);
        if (isNumber && number >= min && number <= max)
            return number;

        var range = max == long.MaxValue ? $"from {min}" : $"from {min} to {max}";
        result.AddError($"{name} is \"{text}\"; allowed: a whole number {range}.");
        return null;
    }

    private static string ParseChoice(string name, string[] words, ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (!words.Contains(text))
            result.AddError($"{name} is \"{text}\"; allowed: {string.Join(", ", words)}.");

        return text;
    }
}
