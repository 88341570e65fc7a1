using System.Text.RegularExpressions;

namespace TaskQueue.Tests.Pages;

/// <summary>The links between the pages.</summary>
public sealed partial class PageLinkTests
{
    public static TheoryData<string> Paths => [.. Page.All.Where(page => LinksOf(page).Any()).Select(page => page.Path)];

    [Theory]
    [MemberData(nameof(Paths))]
    public void Every_link_of_a_page_leads_somewhere(string path) => Assert.All(LinksOf(Page.Of(path)), link =>
    {
        var (file, anchor) = Resolve(path, link);
        Assert.True(Path.Exists(Path.Join(Repository.Root, file)), $"{path}: {link} leads to {file}");
        if (anchor is not null)
            Assert.Contains(anchor, AnchorsOf(Page.Of(file)));
    });

    [Fact]
    public void Every_page_of_the_project_is_linked_from_its_readme()
    {
        var linked = LinksOf(Page.Of("content/README.md")).Select(link => Resolve("content/README.md", link).File).ToHashSet();

        Assert.All(Page.OfProject.Where(page => page.Path.StartsWith("content/docs/", StringComparison.Ordinal)), page => Assert.Contains(page.Path, linked));
    }

    [Fact]
    public void Every_page_of_the_project_says_first_what_one_gets()
    {
        var pages = Page.OfProject.Where(page => page.Path.StartsWith("content/docs/", StringComparison.Ordinal));

        Assert.All(pages, page => Assert.Matches("^# .+\n\nYou get: ", page.Text));
    }

    [Fact]
    public void The_readme_of_the_project_is_the_first_hour_only() =>
        Assert.InRange(Page.Of("content/README.md").With(Page.Default).Text.Split('\n').Length, 60, 130);

    private static IEnumerable<string> LinksOf(Page page) => Links().Matches(page.Prose)
        .Select(match => match.Groups["target"].Value).Where(target => !target.Contains("://", StringComparison.Ordinal));

    private static (string File, string? Anchor) Resolve(string path, string link)
    {
        var parts = link.Split('#', 2);
        var file = parts[0].Length == 0 ? path : Path.GetRelativePath("/", Path.GetFullPath(parts[0], $"/{Path.GetDirectoryName(path)}"));
        return (file, parts.Length == 2 ? parts[1] : null);
    }

    /// <summary>As GitHub makes them of headings.</summary>
    private static IEnumerable<string> AnchorsOf(Page page) => Headings().Matches(page.Prose)
        .Select(match => NotInAnchors().Replace(match.Groups["heading"].Value.ToLowerInvariant(), "").Replace(' ', '-'));

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)\)", RegexOptions.ExplicitCapture)]
    private static partial Regex Links();

    [GeneratedRegex("^#+ (?<heading>.+)$", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Headings();

    [GeneratedRegex(@"[^\p{L}\p{N}\s_-]")]
    private static partial Regex NotInAnchors();
}
