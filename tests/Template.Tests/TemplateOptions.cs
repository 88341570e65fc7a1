using System.Text.Json;

namespace TaskQueue.TemplateTests;

/// <summary>One way to use the template: the options that stand for it, and what they choose.</summary>
/// <param name="Arguments">Of dotnet new.</param>
/// <param name="Values">Each option's value, as written: several are separated by spaces.</param>
internal sealed record TemplateCase(string Arguments, IReadOnlyDictionary<string, string> Values)
{
    /// <summary>Whether the project has a kind of queue or storage.</summary>
    public bool Has(string option, string value) => Values[option].Split(' ').Contains(value);
}

/// <summary>The options of template.json that choose parts of the project, with the values that a test has to give each.</summary>
internal sealed class TemplateOptions
{
    /// <summary>Options that only change whether packages are restored.</summary>
    private static readonly string[] NoParts = ["skipRestore"];

    private readonly List<(string Name, string[] Values)> _options;

    public TemplateOptions(string templateJson)
    {
        using var json = JsonDocument.Parse(File.ReadAllText(templateJson));
        _options = [.. json.RootElement.GetProperty("symbols").EnumerateObject()
            .Where(symbol => IsChoice(symbol.Value) && !NoParts.Contains(symbol.Name))
            .Select(symbol => (symbol.Name, ValuesOf(symbol.Value)))];
    }

    /// <summary>All options and their values: of one that takes several, each alone beside the first, and all.</summary>
    public IEnumerable<(string Option, string Value)> Values => _options.SelectMany(option => option.Values.Select(value => (option.Name, value)));

    /// <summary>Cases that have each value once at least: the first has the defaults, the second the least of queues, storage, deployment and tests.</summary>
    /// <param name="count">How many; as many as the longest list of values, or more.</param>
    public IReadOnlyList<TemplateCase> EachValue(int count)
    {
        var longest = _options.Max(option => option.Values.Length);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, longest);
        return [.. Enumerable.Range(0, count).Select(row => Case(_options.Select((option, i) => option.Values[Index(row, i) % option.Values.Length])))];

        // Past the longest list the options are shifted against one another; those of two values change like the digits of a
        // binary number: so they meet differently.
        int Index(int row, int option) => _options[option].Values.Length > 2
            ? row + (option * (row / longest))
            : row >> _options.Take(option).Count(before => before.Values.Length == 2);
    }

    /// <summary>Cases in which each two values of two options meet, chosen greedily.</summary>
    public IReadOnlyList<TemplateCase> EachPair()
    {
        var all = _options.Aggregate<(string, string[] Values), IEnumerable<string[]>>(
            [[]], (rows, option) => rows.SelectMany(row => option.Values.Select(value => (string[])[.. row, value]))).ToList();
        var open = all.SelectMany(Pairs).ToHashSet();
        var chosen = new List<TemplateCase>();
        while (open.Count > 0)
        {
            var best = all.MaxBy(row => Pairs(row).Count(open.Contains))!;
            open.ExceptWith(Pairs(best));
            chosen.Add(Case(best));
        }
        return chosen;
    }

    private static IEnumerable<(int, string, int, string)> Pairs(string[] row) =>
        from first in Enumerable.Range(0, row.Length)
        from second in Enumerable.Range(first + 1, row.Length - first - 1)
        select (first, row[first], second, row[second]);

    private TemplateCase Case(IEnumerable<string> values)
    {
        var chosen = _options.Zip(values, (option, value) => (option.Name, value)).ToDictionary();
        return new(string.Join(' ', chosen.Select(option => $"--{option.Key} {option.Value}")), chosen);
    }

    private static bool IsChoice(JsonElement symbol) =>
        symbol.GetProperty("type").GetString() == "parameter" && symbol.GetProperty("datatype").GetString() is "choice" or "bool";

    private static string[] ValuesOf(JsonElement symbol)
    {
        if (symbol.GetProperty("datatype").GetString() == "bool")
            return ["true", "false"];

        var choices = symbol.GetProperty("choices").EnumerateArray().Select(choice => choice.GetProperty("choice").GetString()!).ToArray();
        var isMany = symbol.TryGetProperty("allowMultipleValues", out var many) && many.GetBoolean();
        return isMany
            ? [string.Join(' ', choices), choices[0], .. choices[1..].Select(choice => $"{choices[0]} {choice}")]
            : [choices[0], .. choices[1..].Reverse()];
    }
}
