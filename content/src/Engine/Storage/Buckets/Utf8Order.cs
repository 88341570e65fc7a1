namespace TaskQueue.Storage.Buckets;

/// <summary>The order in which buckets list their keys: that of the bytes of their UTF-8.</summary>
internal static class Utf8Order
{
    public static int Compare(string left, string right)
    {
        var same = left.AsSpan().CommonPrefixLength(right);
        return same == left.Length || same == right.Length
            ? left.Length - right.Length
            : Rank(left[same]) - Rank(right[same]);
    }

    // Surrogates stand for characters beyond those that UTF-16 puts after them.
    private static int Rank(char c) => char.IsSurrogate(c) ? c + 0x10000 : c;
}
