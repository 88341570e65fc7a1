using System.Text.RegularExpressions;

namespace TaskQueue.Tests.Pages;

/// <summary>A page in Markdown, as people read it.</summary>
/// <param name="Path">Where it is, from the repository's root.</param>
/// <param name="Text">With the template's markers.</param>
internal sealed partial record Page(string Path, string Text)
{
    /// <summary>The pages that a generated project has.</summary>
    public static IReadOnlyList<Page> OfProject { get; } =
        [Read("content/README.md"), .. ReadAll("content/docs"), .. ReadAll("content/src/Tasks")];

    /// <summary>Those, and the pages of this repository.</summary>
    public static IReadOnlyList<Page> All { get; } =
        [Read("README.md"), Read("CHANGELOG.md"), .. ReadAll("docs"), .. ReadAll("template/dltask/src/Tasks"), .. OfProject];

    /// <summary>The name without folder and ending.</summary>
    public string Name => System.IO.Path.GetFileNameWithoutExtension(Path);

    /// <summary>The blocks between fences, each with the language after the first fence.</summary>
    public IEnumerable<(string Language, string Code)> Blocks =>
        Fences().Matches(Text).Select(match => (match.Groups["language"].Value, match.Groups["code"].Value));

    /// <summary>The text without the blocks.</summary>
    public string Prose => Fences().Replace(Text, "");

    /// <summary>The code between backticks.</summary>
    public IEnumerable<string> Spans => CodeSpans().Matches(Prose).Select(match => match.Groups["code"].Value);

    public static Page Of(string path) => All.Single(page => page.Path == path);

    /// <summary>The symbols of template.json that a project has by default.</summary>
    public static readonly string[] Default = ["rabbitmq", "sqs", "brokers", "s3", "gcs", "buckets", "gke", "kubernetes", "tests", "engineSource"];

    /// <summary>The page in a project that was generated with these symbols alone.</summary>
    public Page With(params string[] symbols) => this with
    {
        Text = Markers().Replace(Text, match => IsWanted(match.Groups["condition"].Value, symbols) ? match.Groups["inside"].Value : ""),
    };

    private static bool IsWanted(string condition, string[] symbols) =>
        condition.Split("||", StringSplitOptions.TrimEntries).Any(symbols.Contains);

    private static Page Read(string path) => new(path, File.ReadAllText(System.IO.Path.Join(Repository.Root, path)));

    private static IEnumerable<Page> ReadAll(string folder) =>
        Directory.EnumerateFiles(System.IO.Path.Join(Repository.Root, folder), "*.md", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal)
            .Select(file => Read(System.IO.Path.GetRelativePath(Repository.Root, file)));

    [GeneratedRegex("^ *```(?<language>[a-z]*)\n(?<code>.*?)^ *```$", RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.ExplicitCapture)]
    private static partial Regex Fences();

    [GeneratedRegex("`(?<code>[^`\n]+)`", RegexOptions.ExplicitCapture)]
    private static partial Regex CodeSpans();

    /// <summary>A part that the repository's own page does not show is a comment as a whole.</summary>
    [GeneratedRegex("^<!--#if \\((?<condition>[^)]*)\\)( -->)?\n(?<inside>.*?)^(<!--)?#endif -->\n", RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.ExplicitCapture)]
    private static partial Regex Markers();
}
