namespace TaskQueue.Tests;

/// <summary>The repository that the tests were built from.</summary>
internal static class Repository
{
    public static string Root { get; } = Find(AppContext.BaseDirectory);

    private static string Find(string folder)
    {
        while (!Directory.Exists(Path.Join(folder, "content")))
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException(
                "The tests run outside their repository.");
        return folder;
    }
}
