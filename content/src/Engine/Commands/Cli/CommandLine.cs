using System.CommandLine;
using System.CommandLine.Help;

namespace TaskQueue.Commands.Cli;

/// <summary>All verbs and the options that each of them takes.</summary>
internal sealed class CommandLine
{
    private static readonly ParserConfiguration Parser = new()
    {
        EnablePosixBundling = false,
        // A value may begin with @, as ids do.
        ResponseFileTokenReplacer = null,
    };

    private readonly RootCommand _root = new();

    private readonly HelpOption _help =
        new("--help", "-h") { Description = "show this page; after dotnet run, write help VERB" };

    private readonly Option<bool> _version = new("--version") { Arity = ArgumentArity.Zero };

    public CommandLine(IEnumerable<Verb> verbs)
    {
        Verbs = [.. verbs];
        _root.Options.Clear();
        foreach (var option in CommonOptions)
            _root.Options.Add(option);
        _root.Options.Add(_version);
        foreach (var verb in Verbs)
            _root.Subcommands.Add(verb);
    }

    public IReadOnlyList<Verb> Verbs { get; }

    public Option<string?> EnvFile { get; } = new("--env-file")
    {
        HelpName = "FILE",
        Description = "settings to read in place of config/task.env (default: config/task.env)",
        Recursive = true,
    };

    public Option<bool> Verbose { get; } = new("--verbose")
    {
        Description = "tell more, and show where an error came from",
        Arity = ArgumentArity.Zero,
        Recursive = true,
    };

    /// <summary>What every verb takes.</summary>
    public IReadOnlyList<Option> CommonOptions => [EnvFile, Verbose, _help];

    public ParseResult Parse(IReadOnlyList<string> arguments) => _root.Parse(arguments, Parser);

    public bool IsHelpWanted(ParseResult result) => result.GetResult(_help) is { Implicit: false };

    public bool IsVersionWanted(ParseResult result) => result.GetResult(_version) is { Implicit: false };

    /// <summary>What the library's help says about a verb.</summary>
    public string HelpOf(Verb verb, int width)
    {
        using var page = new StringWriter { NewLine = "\n" };
        // The library breaks lines itself, but knows no paragraphs.
        verb.Description = string.Join("\n\n", verb.About.ReplaceLineEndings("\n").Split("\n\n").Select(paragraph => paragraph.Replace('\n', ' ')).Prepend(verb.Purpose));
        ((HelpAction)_help.Action!).MaxWidth = width;
        Parse([verb.Name, _help.Name]).Invoke(new() { Output = page });
        return page.ToString();
    }
}
