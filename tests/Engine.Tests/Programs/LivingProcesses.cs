using System.Diagnostics;
using System.Text;

namespace TaskQueue.Tests.Programs;

/// <summary>Processes that have a text in their environment: children hand it on, wherever they go. Known on Linux alone.</summary>
internal static class LivingProcesses
{
    public static List<int> With(string text) =>
    [
        .. from folder in Directory.EnumerateDirectories("/proc")
           where int.TryParse(Path.GetFileName(folder), out _) && EnvironmentOf(folder).Contains(text, StringComparison.Ordinal)
           select int.Parse(Path.GetFileName(folder)),
    ];

    /// <summary>Waits until there is none; fails after a time.</summary>
    /// <param name="text">A text of their environment.</param>
    /// <param name="longest">What the documentation promises; noise is added.</param>
    public static async Task AssertGoneAsync(string text, TimeSpan longest)
    {
        var start = Stopwatch.GetTimestamp();
        while (With(text) is [_, ..] left)
        {
            Assert.True(
                Stopwatch.GetElapsedTime(start) < longest + Noise.Most,
                string.Join('\n', left.Select(id => $"{id} is left: {Read($"/proc/{id}/cmdline").Replace('\0', ' ')}")));
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }

    private static string EnvironmentOf(string folder) => Read($"{folder}/environ");

    /// <summary>Of a process that ends meanwhile, nothing.</summary>
    private static string Read(string path)
    {
        try
        {
            return Encoding.UTF8.GetString(File.ReadAllBytes(path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
