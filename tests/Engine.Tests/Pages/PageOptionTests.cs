using System.Text.RegularExpressions;

namespace TaskQueue.Tests.Pages;

/// <summary>What the pages say in a project that leaves kinds of queues, stores and clusters out.</summary>
public sealed class PageOptionTests
{
    /// <summary>The page of each option, and what it implies.</summary>
    private static readonly Dictionary<string, string[]> Owners = new()
    {
        ["messages"] = ["brokers"],
        ["rabbitmq"] = ["rabbitmq", "brokers"],
        ["sqs"] = ["sqs", "brokers"],
        ["s3"] = ["s3", "buckets"],
        ["gcs"] = ["gcs", "buckets"],
        ["kubernetes"] = ["kubernetes"],
        ["gke"] = ["gke", "kubernetes"],
    };

    /// <summary>The words of each option.</summary>
    private static readonly (string Words, string[] Symbols)[] Words =
    [
        ("rabbit|amqp", ["rabbitmq"]),
        ("sqs", ["sqs"]),
        (@"\baws", ["sqs", "s3"]),
        (@"\bs3\b", ["s3"]),
        (@"\bgs://|cloud storage", ["gcs", "gke"]),
        ("google", ["gcs", "gke"]),
        (@"\bgke", ["gke"]),
        (@"keda|cluster\.env|k8s/|kubectl", ["kubernetes"]),
        ("dotnet test|xunit", ["tests"]),
        ("src/Engine", ["engineSource"]),
    ];

    /// <summary>All but the page that says what can be added.</summary>
    public static TheoryData<string> Paths => [.. Page.OfProject.Where(page => page.Name != "upgrade").Select(page => page.Path)];

    [Theory]
    [MemberData(nameof(Paths))]
    public void A_page_without_the_other_options_says_nothing_of_them(string path)
    {
        var symbols = Owners.GetValueOrDefault(Page.Of(path).Name, []);
        var page = Page.Of(path).With(symbols);

        Assert.DoesNotContain("<!--#", page.Text, StringComparison.Ordinal);
        Assert.All(Words.Where(words => !words.Symbols.Intersect(symbols).Any()), words =>
            Assert.DoesNotMatch(new Regex(words.Words, RegexOptions.IgnoreCase), page.Text));
        Assert.All(Owners.Where(owner => !symbols.Contains(owner.Value[0])), owner =>
            Assert.DoesNotContain($"{owner.Key}.md", page.Text, StringComparison.Ordinal));
    }
}
