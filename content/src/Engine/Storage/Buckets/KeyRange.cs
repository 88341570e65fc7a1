namespace TaskQueue.Storage.Buckets;

/// <summary>A part of a bucket's keys, in the order of their UTF-8.</summary>
/// <param name="After">Keys are greater than this; empty for no bound.</param>
/// <param name="UpTo">Keys are at most this; null for no bound.</param>
internal readonly record struct KeyRange(string After, string? UpTo)
{
    public bool IsBefore(string key) => UpTo is not null && Utf8Order.Compare(key, UpTo) > 0;

    public bool IsAfter(string key) => Utf8Order.Compare(key, After) <= 0;
}
