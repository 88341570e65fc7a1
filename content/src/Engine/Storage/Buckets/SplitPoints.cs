namespace TaskQueue.Storage.Buckets;

/// <summary>Where to cut what a listing has not seen yet, judged by what it has.</summary>
/// <remarks>
/// The first and last key of a page differ from some position on. Cutting behind the last key at each position before
/// that one gives parts that are ever larger: the rest of this ten, of this hundred, and so on. A part that turns out
/// to hold keys is cut again at that same position, once for every further digit or letter. A cut at a bad place costs
/// one request and never a key.
/// </remarks>
internal static class SplitPoints
{
    /// <summary>Enough for a billion keys whatever their digits are, and few enough to try them all.</summary>
    private const int MaxLevels = 24;

    /// <param name="Key">Where the part before ends and the one behind begins.</param>
    /// <param name="Level">The position of the character that was raised.</param>
    public readonly record struct Cut(string Key, int Level);

    /// <summary>Cuts behind the last key of a page, in order.</summary>
    /// <param name="first">The first key of the page.</param>
    /// <param name="last">The last key of the page.</param>
    /// <param name="prefixLength">How many characters all keys of the listing share.</param>
    /// <param name="fullLevel">A position at which keys are known to differ; -1 for none.</param>
    public static IEnumerable<Cut> Behind(string first, string last, int prefixLength, int fullLevel)
    {
        var differ = first.AsSpan().CommonPrefixLength(last);
        for (var level = differ - 1; level >= Math.Max(prefixLength, differ - MaxLevels); level--)
        {
            // Above ASCII a raised character might be half of one.
            if (last[level] >= '\x7f')
                continue;

            var raised = level == fullLevel ? EndOfClass(last[level]) : (char)(last[level] + 1);
            for (var c = (char)(last[level] + 1); c <= raised; c++)
                yield return new Cut(string.Concat(last.AsSpan(0, level), [c]), level);
        }
    }

    /// <summary>The character behind all digits, or all letters of a case.</summary>
    private static char EndOfClass(char c) => c switch
    {
        >= '0' and <= '9' => (char)('9' + 1),
        >= 'A' and <= 'Z' => (char)('Z' + 1),
        >= 'a' and <= 'z' => (char)('z' + 1),
        _ => (char)(c + 1),
    };
}
