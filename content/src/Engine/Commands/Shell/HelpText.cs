using System.CommandLine;

namespace TaskQueue.Commands.Shell;

/// <summary>Writes the pages of <c>help</c>.</summary>
internal sealed class HelpText(CommandLine commands, TextWriter output)
{
    private const int Width = 100;
    private const string Program = "dotnet run";

    /// <summary>The list of verbs.</summary>
    public void WriteOverview()
    {
        output.WriteLine("Runs one function over every row of a parameter table.");
        output.WriteLine();
        output.WriteLine($"  {Program} VERB [options]");
        var width = commands.Verbs.Max(verb => verb.Name.Length);
        foreach (var group in commands.Verbs.GroupBy(verb => verb.Group).OrderBy(group => group.Key))
        {
            output.WriteLine();
            output.WriteLine(Title(group.Key));
            foreach (var verb in group)
                output.WriteLine($"  {verb.Name.PadRight(width)}  {verb.Description}");
        }

        output.WriteLine();
        output.WriteLine("A first run:");
        foreach (var line in new[] { "insert-tasks", "worker --exit-when-empty", "status", "results --output results.csv" })
            output.WriteLine($"  {Program} {line}");
        output.WriteLine();
        output.WriteLine($"More about a verb, with its options and defaults: {Program} help VERB");
    }

    /// <summary>One verb: purpose, examples, arguments and options with their defaults.</summary>
    public void Write(Verb verb)
    {
        output.WriteLine($"{verb.Name}: {verb.Description}");
        output.WriteLine();
        WriteWrapped(verb.About, 0);
        output.WriteLine();
        output.WriteLine($"Usage: {Program} {verb.Name}{Usage(verb)} [options]");
        output.WriteLine();
        output.WriteLine(verb.Examples.Count == 1 ? "Example" : "Examples");
        WriteColumns([.. verb.Examples.Select(example => ($"{Program} {example.Arguments}", example.Meaning))]);
        WriteSection("Arguments", verb.Arguments.Select(argument => (argument.HelpName ?? argument.Name, argument.Description ?? "")));
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

    private static (string, string) Describe(Option option)
    {
        var value = option.HelpName is null ? "" : $" {option.HelpName}";
        var description = option.Description ?? "";
        return ($"{option.Name}{value}", (option as IHasDefaultText)?.DefaultText is { } text ? $"{description} (default: {text})" : description);
    }

    private void WriteSection(string title, IEnumerable<(string, string)> rows)
    {
        if (rows.ToList() is not { Count: > 0 } list)
            return;

        output.WriteLine();
        output.WriteLine(title);
        WriteColumns(list);
    }

    private void WriteColumns(IReadOnlyList<(string Left, string Right)> rows)
    {
        var width = rows.Max(row => row.Left.Length) + 4;
        foreach (var (left, right) in rows)
        {
            output.Write(right.Length == 0 ? $"  {left}" : $"  {left}".PadRight(width));
            WriteWrapped(right, width);
        }
    }

    /// <summary>Breaks a text at spaces; the first line continues where the cursor stands, at <paramref name="indent"/>.</summary>
    private void WriteWrapped(string text, int indent)
    {
        var column = indent;
        foreach (var (index, word) in text.Split(' ').Index())
        {
            if (index > 0 && column + 1 + word.Length > Width)
            {
                output.WriteLine();
                output.Write(new string(' ', indent));
                column = indent;
            }
            else if (index > 0)
            {
                output.Write(' ');
                column++;
            }

            output.Write(word);
            column += word.Length;
        }

        output.WriteLine();
    }
}
