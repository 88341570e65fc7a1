namespace TaskQueue.Storage.Buckets;

/// <summary>Where to cut what a listing has not seen yet, judged by what it has.</summary>
/// <remarks>
/// The first and last key of a page differ from some position on, and show there how far a page reaches. Cutting behind
/// the last key at each position before that one gives parts that are ever larger: the rest of this ten, of this hundred,
/// and so on. A part that turns out to hold keys is cut again at that same position, once for every further digit or
/// letter. A cut at a bad place costs one request and never a key.
/// </remarks>
internal static class SplitPoints
{
    /// <summary>Enough for any count of keys, and few enough to try them all at once.</summary>
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
        if (differ < first.Length)
        {
            foreach (var cut in Raise(last, differ, step: last[differ] - first[differ], EndOfClass(last[differ])))
                yield return cut;
        }

        for (var level = differ - 1; level >= Math.Max(prefixLength, differ - MaxLevels); level--)
        {
            var end = level == fullLevel ? EndOfClass(last[level]) + 1 : last[level] + 1;
            foreach (var cut in Raise(last, level, step: 1, end))
                yield return cut;
        }
    }

    private static IEnumerable<Cut> Raise(string last, int level, int step, int end)
    {
        for (var c = last[level] + step; c <= end; c += step)
        {
            // Surrogates are halves of characters.
            if (char.IsSurrogate(last[level]) || char.IsSurrogate((char)c))
                yield break;

            yield return new Cut(string.Concat(last.AsSpan(0, level), [(char)c]), level);
        }
    }

    /// <summary>The last of the digits, of the letters of a case, of the signs between them, or of 32 others.</summary>
    private static char EndOfClass(char c) => c switch
    {
        < '0' => '/',
        <= '9' => '9',
        < 'A' => '@',
        <= 'Z' => 'Z',
        < 'a' => '`',
        <= 'z' => 'z',
        <= '~' => '~',
        _ => (char)(c | 31),
    };
}
