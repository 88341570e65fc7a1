using TaskQueue.Contracts;
using TaskQueue.Storage.Folder;
using TaskQueue.Storage.Gcs;
using TaskQueue.Storage.S3;

namespace TaskQueue.Storage;

/// <summary>The kinds of stores: a folder, or one of these by its URL, a line for each.</summary>
public static class StoreKinds
{
    private static readonly Kind[] Kinds =
    [
        new("s3", "s3://bucket/prefix", S3Kind.Open),
        new("gs", "gs://bucket/prefix", GcsKind.Open),
        new("file", "file:///folder", url => new FolderStore(url.ToLocalPath())),
    ];

    private sealed record Kind(string Scheme, string Example, Func<StoreUrl, IObjectStore> Open);

    /// <summary>Opens the store that CF_CLOUDPATH names; nothing is asked of it yet.</summary>
    /// <param name="cloudPath">A folder, absolute or relative to the project's root, or a store's URL.</param>
    /// <param name="projectRoot">The folder that holds config/.</param>
    /// <exception cref="TaskQueueException">There is no such kind of store (78).</exception>
    public static IObjectStore Open(string cloudPath, string projectRoot) => StoreUrl.Parse(cloudPath) switch
    {
        null when cloudPath.Length > 0 => new FolderStore(Path.GetFullPath(cloudPath, projectRoot)),
        { } url when Find(url.Scheme) is { } kind => kind.Open(url),
        _ => throw Unknown(cloudPath),
    };

    /// <summary>Whether URLs of this scheme name objects in a store.</summary>
    public static bool Knows(string scheme) => Find(scheme) is not null;

    private static Kind? Find(string scheme) => Array.Find(Kinds, kind => kind.Scheme == scheme);

    private static TaskQueueException Unknown(string cloudPath) => new(
        ExitCode.Configuration, $"CF_CLOUDPATH is '{SecretMask.Hide(cloudPath)}', which is no store that can be opened.", next:
        $"Use a folder, or one of: {string.Join(", ", Kinds.Select(kind => kind.Example))}.");
}
