using System.CommandLine;
using System.CommandLine.Parsing;
using TaskQueue.Contracts;
using TaskQueue.Settings;

namespace TaskQueue.Commands.Cli;

/// <summary>Explains a command line that cannot be understood.</summary>
internal static class UsageError
{
    /// <summary>The error to report; null when the command line is right.</summary>
    public static TaskQueueException? Find(CommandLine commands, ParseResult result)
    {
        var verb = result.CommandResult.Command as Verb;
        if (verb is null && result.UnmatchedTokens.FirstOrDefault(token => !token.StartsWith('-')) is { } name)
            return UnknownVerb(commands, name);

        if (FindUnknownOption(result) is { } option)
            return UnknownOption(commands, verb, option);

        return result.Errors is [var error, ..]
            ? New(verb is null ? "There is no verb." : error.Message, null, HelpOf(verb))
            : null;
    }

    /// <summary>A verb that does not exist.</summary>
    public static TaskQueueException UnknownVerb(CommandLine commands, string name)
    {
        var names = commands.Verbs.Select(verb => verb.Name).ToList();
        return New(
            $"There is no verb {name}.", $"Verbs are {string.Join(", ", names)}.",
            NearMiss.Find(name, names) is { } meant ? $"Did you mean {meant}?" : HelpOf(null));
    }

    /// <summary>A misspelt option, even where the verb takes ids or names that it could be mistaken for.</summary>
    private static string? FindUnknownOption(ParseResult result)
    {
        var options = result.Tokens.TakeWhile(token => token.Type != TokenType.DoubleDash).ToList();
        if (result.UnmatchedTokens is [['-', ..] unmatched, ..] && options.Exists(token => token.Value == unmatched))
            return unmatched;

        return options
            .Where(token => token.Type == TokenType.Argument)
            .Select(token => token.Value)
            .FirstOrDefault(value => value.Length > 2 && value.StartsWith("--", StringComparison.Ordinal));
    }

    private static TaskQueueException UnknownOption(CommandLine commands, Verb? verb, string option)
    {
        var name = option.Split('=', ':')[0];
        var names = commands.CommonOptions.Concat(verb?.Options ?? []).Where(known => !known.Hidden).Select(known => known.Name).ToList();
        if (verb is null)
            return New("There is no verb.", null, HelpOf(null));
        if (names.Contains(name))
            return New($"{name} stands before the verb.", null, $"Write: dotnet run {verb.Name} {name}");

        var next = NearMiss.Find(name, names) is { } meant ? $"Did you mean {meant}?" : HelpOf(verb);
        return New($"{verb.Name} has no option {name}.", $"Its options are {string.Join(", ", names)}.", next);
    }

    private static string HelpOf(Verb? verb) =>
        verb is null ? "See: dotnet run help" : $"See: dotnet run help {verb.Name}";

    private static TaskQueueException New(string what, string? where, string next) =>
        new(ExitCode.Usage, what, where, next);
}
