using System.CommandLine;
using TaskQueue.Reports;
using TaskQueue.Settings;

namespace TaskQueue.Commands.Cli;

/// <summary>Writes the pages of <c>help</c>.</summary>
internal sealed class HelpText(CommandLine commands, Terminal terminal)
{
    private const string Program = "dotnet run";

    private static readonly string[] FirstRun =
        ["insert-tasks", "worker --exit-when-empty", "status", "results --output results.csv"];

    private readonly TextWriter _output = terminal.Out;

    /// <summary>Writes the page of a verb, or the list of verbs.</summary>
    public void Write(Verb? verb)
    {
        if (verb is null)
            WriteOverview();
        else
            WriteVerb(verb);
    }

    /// <summary>Lists the settings of config/task.env.</summary>
    public static void WriteSettings(TextWriter output)
    {
        output.WriteLine("Lines NAME=value of config/task.env, config/secret.env or the environment, the later winning.");
        output.WriteLine();
        TextColumns.Write([["name", "default", "allowed"], .. SettingsTable.All.Select(setting => new[] { setting.Name, setting.Default!, setting.Range })], output);
    }

    private void WriteOverview()
    {
        _output.WriteLine("Runs one function over every row of a parameter table.");
        _output.WriteLine();
        _output.WriteLine($"  {Program} VERB [options]");
        var width = commands.Verbs.Max(verb => verb.Name.Length);
        foreach (var group in commands.Verbs.GroupBy(verb => verb.Group))
        {
            _output.WriteLine();
            _output.WriteLine(group.Key);
            foreach (var verb in group)
                _output.WriteLine($"  {verb.Name.PadRight(width)}  {verb.Purpose}");
        }

        _output.WriteLine();
        _output.WriteLine("A first run:");
        foreach (var line in FirstRun)
            _output.WriteLine($"  {Program} {line}");
        _output.WriteLine();
        _output.WriteLine($"More about a verb, with its options and defaults: {Program} help VERB");
        _output.WriteLine("Every verb takes --verbose, and --env-file FILE for settings other than config/task.env;");
        _output.WriteLine($"the settings are listed by: {Program} help settings");
    }

    /// <summary>One verb: purpose, usage, arguments and options with their defaults, and examples.</summary>
    private void WriteVerb(Verb verb)
    {
        var page = commands.HelpOf(verb, terminal.Width);
        // The built program is on nobody's path.
        _output.Write(page.Replace($" {RootCommand.ExecutableName} {verb.Name}", $" {Program} {verb.Name}", StringComparison.Ordinal));
        _output.WriteLine(verb.Examples.Count == 1 ? "Example:" : "Examples:");
        TextColumns.Write([.. verb.Examples.Select(example => new[] { $"{Program} {example.Arguments}", example.Meaning })], _output);
    }
}
