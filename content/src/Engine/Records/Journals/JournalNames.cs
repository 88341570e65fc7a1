using System.Globalization;
using System.Text.RegularExpressions;

namespace TaskQueue.Records.Journals;

/// <summary>Names of segments: <c>done/&lt;task&gt;/&lt;run&gt;/&lt;worker&gt;-&lt;n&gt;.jsonl</c>.</summary>
internal static partial class JournalNames
{
    public const string Ending = ".jsonl";

    public static string Folder(string task) => RecordStore.Folder("done", task);

    public static string Folder(string task, string? run) => RecordStore.Folder("done", task, run);

    /// <summary>The name of what one worker writes for one run: that of its segments, up to their numbers.</summary>
    public static string Journal(string task, string? run, string worker) => Folder(task, run) + TaskKey.Of(worker);

    public static string Segment(string journal, int number) => string.Create(CultureInfo.InvariantCulture, $"{journal}-{number}{Ending}");

    /// <summary>Takes the number out of the name of a segment.</summary>
    /// <param name="name">The segment's.</param>
    /// <param name="number">Its number.</param>
    /// <returns>The name of the journal.</returns>
    public static string Split(string name, out int number)
    {
        var dash = name.LastIndexOf('-');
        // A number that does not fit is of no worker.
        number = int.TryParse(name.AsSpan()[(dash + 1)..^Ending.Length], CultureInfo.InvariantCulture, out var parsed) ? parsed : int.MaxValue;
        return name[..dash];
    }

    /// <param name="name">Of any object in <see cref="Folder(string)"/>.</param>
    public static bool IsSegment(string name) => SegmentPattern().IsMatch(name);

    // Files that macOS leaves beside others start with a dot.
    [GeneratedRegex(@"^[^/]+/done/[^/]+/[^/]+/[^/.][^/]*-[0-9]+\.jsonl\z", RegexOptions.CultureInvariant)]
    private static partial Regex SegmentPattern();
}
