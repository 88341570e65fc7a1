namespace TaskQueue.Tests.Pages;

/// <summary>The examples that the pages print.</summary>
internal static class PageExamples
{
    /// <summary>The Python example that imports a module.</summary>
    public static string Python(string module) => Page.OfProject.SelectMany(page => page.Blocks)
        .Single(block => block.Language == "python" && block.Code.Split('\n')[0].EndsWith($", {module}", StringComparison.Ordinal)).Code;

    /// <summary>The message that other languages are to write.</summary>
    public static string Message() => Page.Of("content/docs/messages.md").Blocks.Single(block => block.Language == "json").Code;
}
