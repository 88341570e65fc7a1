using System.Buffers;
using TaskQueue.Contracts;

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

    /// <summary>The path that a file URL names. As in the other URLs, # and ? are letters of it; %hh is unescaped.</summary>
    /// <exception cref="TaskQueueException">It names another machine, as with two slashes in place of three (78).</exception>
    public string ToLocalPath() => Host is "" or "localhost"
        ? new Uri("file:///" + Path.Replace("#", "%23", StringComparison.Ordinal).Replace("?", "%3F", StringComparison.Ordinal)).LocalPath
        : throw new TaskQueueException(
            ExitCode.Configuration, $"file://{Host}/{Path} names a file of another machine, {Host}.", next:
            "Write three slashes, file:///folder, or the path itself.");
}
