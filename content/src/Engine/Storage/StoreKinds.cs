using TaskQueue.Collections;
using TaskQueue.Contracts;
using TaskQueue.Storage.Folder;

namespace TaskQueue.Storage;

/// <summary>The kinds of stores: a folder, or another by its URL, whose folder registers itself here.</summary>
public static class StoreKinds
{
    private static readonly KindRegistry<Kind> Kinds = new(("file", new("file:///folder", url => new FolderStore(url.ToLocalPath()))));

    private sealed record Kind(string Example, Func<StoreUrl, IObjectStore> Open);

    /// <param name="scheme">Of its URLs.</param>
    /// <param name="example">Such a URL.</param>
    /// <param name="open">Asks nothing of it yet.</param>
    internal static void Add(string scheme, string example, Func<StoreUrl, IObjectStore> open) => Kinds.Add(scheme, new(example, open));

    /// <summary>Opens the store that CF_CLOUDPATH names; nothing is asked of it yet.</summary>
    /// <param name="cloudPath">A folder, absolute or relative to the project's root, or a store's URL.</param>
    /// <param name="projectRoot">The folder that holds config/.</param>
    /// <exception cref="TaskQueueException">There is no such kind of store (78).</exception>
    public static IObjectStore Open(string cloudPath, string projectRoot) => StoreUrl.Parse(cloudPath) switch
    {
        null when cloudPath.Length > 0 => new FolderStore(Path.GetFullPath(cloudPath, projectRoot)),
        { } url when Kinds.Find(url.Scheme) is { } kind => kind.Open(url),
        _ => throw Unknown(cloudPath),
    };

    /// <summary>Whether URLs of this scheme name objects in a store.</summary>
    public static bool Knows(string scheme) => Kinds.Find(scheme) is not null;

    /// <summary>The schemes of their URLs.</summary>
    public static IEnumerable<string> Schemes => Kinds.All.Select(kind => kind.Key);

    private static TaskQueueException Unknown(string cloudPath) => new(
        ExitCode.Configuration, $"CF_CLOUDPATH is '{SecretMask.Hide(cloudPath)}', which is no store that can be opened.", next:
        $"Use a folder, or one of: {string.Join(", ", Kinds.All.Select(kind => kind.Value.Example))}.");
}
