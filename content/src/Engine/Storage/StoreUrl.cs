using System.Buffers;

namespace TaskQueue.Storage;

/// <summary>A URL of a store or of an object in it, taken apart as it stands: nothing in it is unescaped.</summary>
/// <param name="Scheme">In lower case, such as s3.</param>
/// <param name="Host">A bucket or host; may be empty.</param>
/// <param name="Path">What follows the host, without slashes at its ends.</param>
public sealed record StoreUrl(string Scheme, string Host, string Path)
{
    private static readonly SearchValues<char> SchemeCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-.");

    /// <returns>Null when it is a path of this machine.</returns>
    public static StoreUrl? Parse(string location)
    {
        var colon = location.IndexOf(":/", StringComparison.Ordinal);
        // One letter before the colon is a drive.
        if (colon < 2 || location.AsSpan(0, colon).IndexOfAnyExcept(SchemeCharacters) >= 0)
            return null;

        var scheme = location[..colon].ToLowerInvariant();
        var rest = location[(colon + 1)..];
        if (!rest.StartsWith("//", StringComparison.Ordinal))
            return new StoreUrl(scheme, "", rest.Trim('/'));

        var slash = rest.IndexOf('/', 2);
        return slash < 0
            ? new StoreUrl(scheme, rest[2..], "")
            : new StoreUrl(scheme, rest[2..slash], rest[slash..].Trim('/'));
    }
}
