using System.Text.RegularExpressions;

namespace TaskQueue.Tests.Interop;

/// <summary>The examples of the user's manual, as they are printed there.</summary>
internal static partial class ManualExamples
{
    /// <summary>The Python example that imports a module.</summary>
    public static string Python(string module) => PythonBlocks().Matches(Manual())
        .Select(match => match.Groups["code"].Value)
        .Single(code => code.Split('\n')[0].EndsWith($", {module}", StringComparison.Ordinal));

    /// <summary>The message that the manual shows.</summary>
    public static string Message() => JsonBlock().Match(Manual()).Groups["code"].Value;

    private static string Manual() => File.ReadAllText(Path.Join(Repository.Root, "content", "README.md"));

    [GeneratedRegex("^```python\n(?<code>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.ExplicitCapture)]
    private static partial Regex PythonBlocks();

    [GeneratedRegex("^```json\n(?<code>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.ExplicitCapture)]
    private static partial Regex JsonBlock();
}
