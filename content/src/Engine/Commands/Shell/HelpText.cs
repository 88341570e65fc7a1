using System.CommandLine;

namespace TaskQueue.Commands.Shell;

/// <summary>Writes the pages of <c>help</c>.</summary>
internal sealed class HelpText(CommandLine commands, Terminal terminal)
{
    private const string Program = "dotnet run";

    private static readonly string[] FirstRun =
        ["insert-tasks", "worker --exit-when-empty", "status", "results --output results.csv"];

    private readonly TextWriter _output = terminal.Out;
    private readonly TextLayout _layout = new(terminal.Out, terminal.Width);

    /// <summary>The list of verbs.</summary>
    public void WriteOverview()
    {
        _output.WriteLine("Runs one function over every row of a parameter table.");
        _output.WriteLine();
        _output.WriteLine($"  {Program} VERB [options]");
        var width = commands.Verbs.Max(verb => verb.Name.Length);
        foreach (var group in commands.Verbs.GroupBy(verb => verb.Group).OrderBy(group => group.Key))
        {
            _output.WriteLine();
            _output.WriteLine(Title(group.Key));
            foreach (var verb in group)
                _output.WriteLine($"  {verb.Name.PadRight(width)}  {verb.Description}");
        }

        _output.WriteLine();
        _output.WriteLine("A first run:");
        foreach (var line in FirstRun)
            _output.WriteLine($"  {Program} {line}");
        _output.WriteLine();
        _output.WriteLine($"More about a verb, with its options and defaults: {Program} help VERB");
        _output.WriteLine("Every verb takes --verbose, and --env-file FILE for settings other than config/task.env.");
    }

    /// <summary>One verb: purpose, examples, arguments and options with their defaults.</summary>
    public void Write(Verb verb)
    {
        _output.WriteLine($"{verb.Name}: {verb.Description}");
        _output.WriteLine();
        _layout.WriteParagraph(verb.About);
        _output.WriteLine();
        _output.WriteLine($"Usage: {Program} {verb.Name}{Usage(verb)} [options]");
        _output.WriteLine();
        _output.WriteLine(verb.Examples.Count == 1 ? "Example" : "Examples");
        _layout.WriteColumns([.. verb.Examples.Select(example => ($"{Program} {example.Arguments}", example.Meaning))]);
        WriteSection("Arguments", verb.Arguments.Select(Describe));
        WriteSection("Options", verb.Options.Select(Describe));
        WriteSection("Options of every verb", commands.CommonOptions.Select(Describe));
    }

    private static string Title(VerbGroup group) => group switch
    {
        VerbGroup.Run => "Do the work",
        VerbGroup.Look => "See how it goes",
        VerbGroup.Mend => "Put right",
        _ => "Find out",
    };

    private static string Usage(Verb verb) => string.Concat(verb.Arguments.Select(argument => argument.Arity switch
    {
        { MinimumNumberOfValues: > 0 } => $" {argument.HelpName}",
        { MaximumNumberOfValues: > 1 } => $" [{argument.HelpName} ...]",
        _ => $" [{argument.HelpName}]",
    }));

    private static (string, string) Describe(Argument argument) =>
        (argument.HelpName ?? argument.Name, argument.Description ?? "");

    private static (string, string) Describe(Option option)
    {
        var value = option.HelpName is null ? "" : $" {option.HelpName}";
        return ($"{option.Name}{value}", option.Description ?? "");
    }

    private void WriteSection(string title, IEnumerable<(string, string)> rows)
    {
        if (rows.ToList() is not { Count: > 0 } list)
            return;

        _output.WriteLine();
        _output.WriteLine(title);
        _layout.WriteColumns(list);
    }
}
