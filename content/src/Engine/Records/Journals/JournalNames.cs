using System.Globalization;
using System.Text.RegularExpressions;

namespace TaskQueue.Records.Journals;

/// <summary>Names of segments: <c>done/&lt;task&gt;/&lt;run&gt;/&lt;worker&gt;-&lt;n&gt;.jsonl</c>.</summary>
internal static partial class JournalNames
{
    public const string Ending = ".jsonl";

    /// <summary>For messages that name no run; no key is so.</summary>
    private const string NoRun = "~";

    public static string Folder(string task) => RecordStore.Folder("done", task);

    public static string Folder(string task, string? run) => $"{Folder(task)}{(run is null or "" ? NoRun : TaskKey.Of(run))}/";

    public static string Segment(string folder, string workerKey, int number) =>
        string.Create(CultureInfo.InvariantCulture, $"{folder}{workerKey}-{number}{Ending}");

    /// <param name="name">Of any object in <see cref="Folder(string)"/>.</param>
    public static bool IsSegment(string name) => SegmentPattern().IsMatch(name);

    // Files that macOS leaves beside others start with a dot.
    [GeneratedRegex(@"^[^/]+/done/[^/]+/[^/]+/[^/.][^/]*-[0-9]+\.jsonl\z", RegexOptions.CultureInvariant)]
    private static partial Regex SegmentPattern();
}
