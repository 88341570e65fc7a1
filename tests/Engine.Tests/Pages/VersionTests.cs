using System.Text.RegularExpressions;

namespace TaskQueue.Tests.Pages;

/// <summary>The places of the version; docs/release.md lists them.</summary>
public sealed class VersionTests
{
    [Theory]
    [InlineData("content/Directory.Build.props", "<MadeWithVersion>(.+)</MadeWithVersion>")]
    [InlineData("content/src/Engine/Engine.csproj", "<Version>(.+)</Version>")]
    [InlineData("template/engine/Directory.Build.props", "<Version>(.+)</Version>")]
    [InlineData("content/README.md", @"template dltaskqueue (\d+\.\d+\.\d+)")]
    [InlineData("CHANGELOG.md", "\n## (.+)\n")]
    public void A_place_has_the_version_of_the_package(string path, string pattern)
    {
        Assert.Equal(Find("template/Template.csproj", "<Version>(.+)</Version>"), Find(path, pattern));
        Assert.Contains(path, Page.Of("docs/release.md").Text, StringComparison.Ordinal);
    }

    private static string Find(string path, string pattern)
    {
        var match = Regex.Match(File.ReadAllText(Path.Join(Repository.Root, path)), pattern);
        Assert.True(match.Success, $"{pattern} in {path}");
        return match.Groups[1].Value;
    }
}
