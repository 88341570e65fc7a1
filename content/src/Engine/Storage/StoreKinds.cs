using TaskQueue.Contracts;
using TaskQueue.Storage.Folder;

namespace TaskQueue.Storage;

/// <summary>The kinds of stores: one line each.</summary>
public static class StoreKinds
{
    private static readonly Kind[] Kinds =
    [
        new("file", "file:///absolute/folder", url => new FolderStore(url.LocalPath)),
    ];

    private sealed record Kind(string Scheme, string Example, Func<Uri, IObjectStore> Open);

    /// <summary>Opens the store that CF_CLOUDPATH names; nothing is asked of it yet.</summary>
    /// <param name="cloudPath">A folder, relative to the project's root or absolute, or a store's URL.</param>
    /// <param name="projectRoot">The folder that holds config/.</param>
    /// <exception cref="TaskQueueException">There is no such kind of store (78).</exception>
    public static IObjectStore Open(string cloudPath, string projectRoot)
    {
        if (SchemeOf(cloudPath) is not { } scheme)
        {
            return new FolderStore(Path.GetFullPath(cloudPath, projectRoot));
        }

        var kind = Array.Find(Kinds, kind => kind.Scheme == scheme);
        return kind is not null && Uri.TryCreate(cloudPath, UriKind.Absolute, out var url)
            ? kind.Open(url)
            : throw Unknown(cloudPath);
    }

    /// <summary>The scheme of a URL, in lower case; null for a path of this machine.</summary>
    public static string? SchemeOf(string location)
    {
        var colon = location.IndexOf(":/", StringComparison.Ordinal);
        return colon > 1 && location.AsSpan(0, colon).IndexOfAnyExcept(SchemeCharacters) < 0
            ? location[..colon].ToLowerInvariant()
            : null;
    }

    private static readonly System.Buffers.SearchValues<char> SchemeCharacters =
        System.Buffers.SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-.");

    private static TaskQueueException Unknown(string cloudPath) => new(
        ExitCode.Configuration, $"CF_CLOUDPATH is '{cloudPath}', which is no store that can be opened.", next:
        $"Use a folder, or one of: {string.Join(", ", Kinds.Select(kind => kind.Example))}.");
}
