using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace TaskQueue.Commands.Cli;

/// <summary>
/// The kinds of options that verbs have. All are long: <c>dotnet run</c> takes the short ones for itself.
/// </summary>
internal static class VerbOption
{
    public static Option<bool> Switch(string name, string description) =>
        new(name) { Description = description, Arity = ArgumentArity.Zero };

    public static Option<string?> Text(string name, string value, string description, string? @default = null) =>
        new(name) { HelpName = value, Description = Describe(description, @default) };

    /// <summary>Which failed tasks: by a part of their error's message.</summary>
    public static Option<string?> Error() => Text("--error", "TEXT", "only tasks whose error has this text in it, in upper or lower case");

    /// <summary>A whole number; null when it is not given.</summary>
    public static Option<long?> Number(
        string name, string description, long min, long max = long.MaxValue, string? @default = null) =>
        new(name)
        {
            HelpName = "N",
            Description = Describe(description, @default),
            CustomParser = result => ParseNumber(name, min, max, result),
        };

    /// <summary>A number that may have decimals; null when it is not given.</summary>
    public static Option<double?> Amount(string name, string value, string description, double min, double max) =>
        new(name) { HelpName = value, Description = description, CustomParser = result => ParseAmount(name, min, max, result) };

    /// <summary>Chooses one of the project's tasks.</summary>
    public static Option<string?> Task() => Text("--task", "NAME", "only this task of the project", "all");

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

    private static double? ParseAmount(string name, double min, double max, ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            && number >= min && number <= max)
            return number;

        result.AddError(FormattableString.Invariant($"{name} is \"{text}\"; allowed: a number from {(decimal)min} to {(decimal)max}."));
        return null;
    }
}
