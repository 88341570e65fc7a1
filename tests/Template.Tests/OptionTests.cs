using System.Xml.Linq;

namespace TaskQueue.TemplateTests;

/// <summary>The options' names and help, and the answers to the template's questions.</summary>
[Collection(nameof(SandboxCollection))]
public sealed class OptionTests(Sandbox sandbox)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("dltaskqueue", "--queue", "--storage", "--deploy", "--tests", "--engine", "--description", "--authors", "--email", "--repository", "--project-version", "--no-restore")]
    [InlineData("dltask", "--name")]
    public async Task The_help_names_the_options_and_none_clashes_with_those_of_dotnet_new(string template, params string[] options)
    {
        var help = await sandbox.Shell.SucceedAsync(sandbox.Clone, $"dotnet new {template} --help");

        Assert.All(options, option => Assert.Contains($" {option}", help.Output, StringComparison.Ordinal));
        Assert.DoesNotContain("--param:", help.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("-p:", help.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_answers_are_in_the_project_the_image_and_the_readme_whatever_characters_they_have()
    {
        var project = await sandbox.GenerateAsync(
            "answers", options: """--description 'Finds "a" & <b>, $5 \ 6.' --authors 'Jané O'\''Doe & Co' --email j@x.org --repository 'https://x.org/?a=1&b=2' --project-version 2.3.4-rc.1""");
        var file = XDocument.Load(Path.Join(project, "answers.csproj"));
        var image = await File.ReadAllTextAsync(Path.Join(project, "Dockerfile"), Cancelled);
        var readme = await File.ReadAllTextAsync(Path.Join(project, "README.md"), Cancelled);

        Assert.Equal("""Finds "a" & <b>, $5 \ 6.""", Property("Description"));
        Assert.Equal("Jané O'Doe & Co, j@x.org", Property("Authors"));
        Assert.Equal("https://x.org/?a=1&b=2", Property("RepositoryUrl"));
        Assert.Equal("2.3.4-rc.1", Property("Version"));
        Assert.Contains("""image.description="Finds \"a\" & <b>, \$5 \\ 6." """.TrimEnd(), image, StringComparison.Ordinal);
        Assert.Contains("""image.authors="Jané O'Doe & Co, j@x.org" """.TrimEnd(), image, StringComparison.Ordinal);
        Assert.Contains("""image.source="https://x.org/?a=1&b=2" """.TrimEnd(), image, StringComparison.Ordinal);
        Assert.Contains("""image.version="2.3.4-rc.1" """.TrimEnd(), image, StringComparison.Ordinal);
        Assert.Contains("""Finds "a" & <b>, $5 \ 6.""", readme, StringComparison.Ordinal);

        string Property(string name) => file.Descendants(name).First().Value;
    }
}
