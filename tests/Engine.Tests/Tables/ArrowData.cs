namespace TaskQueue.Tests.Tables;

/// <summary>Files of the Arrow project: golden ones, and ones that its fuzzers found.</summary>
internal static class ArrowData
{
    private const string Variable = "ARROW_TESTING_DATA";

    public static string? Folder { get; } = Find();

    /// <summary>The files of a folder, as names below it; one empty name when there is no data.</summary>
    public static TheoryData<string> Files(string folder, string pattern)
    {
        if (Folder is null)
            return [""];
        var root = Path.Join(Folder, folder);
        return [.. Directory.EnumerateFiles(root, pattern, SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(root, file))
            .Order(StringComparer.Ordinal)];
    }

    /// <summary>The path of a file; skips the test, or fails it in CI, when there is no data.</summary>
    public static string PathOf(string folder, string name)
    {
        if (Folder is null)
            Need.Missing($"the Arrow project's test files: set {Variable} to the folder with golden/ and hostile/");
        return Path.Join(Folder, folder, name);
    }

    private static string? Find()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named)
            return named;
        var beside = Path.Join(Repository.Root, "..", "shared", "data", "arrow");
        return Directory.Exists(beside) ? beside : null;
    }
}
