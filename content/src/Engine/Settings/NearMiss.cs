namespace TaskQueue.Settings;

/// <summary>Finds what somebody probably meant.</summary>
public static class NearMiss
{
    /// <summary>The candidate that is fewest edits away from a word; null when none is near.</summary>
    /// <param name="word">What was written.</param>
    /// <param name="candidates">What could have been meant.</param>
    /// <param name="maxDistance">Insertions, removals, replacements and swaps that still count as near.</param>
    public static string? Find(string word, IEnumerable<string> candidates, int maxDistance = 2) =>
        candidates
            .Where(candidate => Math.Abs(candidate.Length - word.Length) <= maxDistance)
            .Select(candidate => (candidate, distance: Distance(word.ToUpperInvariant(), candidate.ToUpperInvariant())))
            .Where(near => near.distance <= maxDistance)
            .OrderBy(near => near.distance)
            .Select(near => near.candidate)
            .FirstOrDefault();

    /// <summary>Optimal string alignment distance.</summary>
    private static int Distance(string a, string b)
    {
        var distance = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
            distance[i, 0] = i;
        for (var j = 0; j <= b.Length; j++)
            distance[0, j] = j;

        for (var i = 1; i <= a.Length; i++)
        {
            for (var j = 1; j <= b.Length; j++)
            {
                var replaced = distance[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                var best = Math.Min(replaced, Math.Min(distance[i - 1, j], distance[i, j - 1]) + 1);
                var isSwap = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
                distance[i, j] = isSwap ? Math.Min(best, distance[i - 2, j - 2] + 1) : best;
            }
        }

        return distance[a.Length, b.Length];
    }
}
