using System.Collections.Concurrent;
using TaskQueue.Contracts;

namespace TaskQueue.Storage.Folder;

/// <summary>The folders of a store: made on demand, checked once, and remembered.</summary>
internal sealed class FolderTree(string root)
{
    private readonly ConcurrentDictionary<string, FolderNames> _known = new(StringComparer.Ordinal);

    public string Root { get; } = root;

    /// <summary>The target of a path that is a link.</summary>
    /// <exception cref="TaskQueueException">The link leads nowhere, as when a disk is not mounted (69).</exception>
    public static string RealRoot(string path)
    {
        var given = new DirectoryInfo(Path.TrimEndingDirectorySeparator(path));
        if (given.LinkTarget is null)
            return given.FullName;

        var target = TargetOf(given);
        return Directory.Exists(target)
            ? target
            : throw new TaskQueueException(
                ExitCode.Unavailable, $"The folder '{path}' is a link to '{target}', which is not there.", next:
                "Mount the disk that it leads to, or let CF_CLOUDPATH name another folder.");
    }

    /// <summary>The folder that a name is in; empty for the root.</summary>
    public static string Parent(string name)
    {
        var slash = name.LastIndexOf('/');
        return slash < 0 ? "" : name[..slash];
    }

    /// <summary>The path on disk of a folder or file of the store.</summary>
    /// <param name="name">Relative, with forward slashes; empty for the root.</param>
    public string PathOf(string name) => name.Length == 0
        ? Root
        : Path.Join(Root, Path.DirectorySeparatorChar == '/' ? name : name.Replace('/', Path.DirectorySeparatorChar));

    /// <summary>A folder, made when it is missing.</summary>
    /// <exception cref="TaskQueueException">A link leads out of the store.</exception>
    public FolderNames Open(string folder) =>
        _known.TryGetValue(folder, out var names) ? names : _known.GetOrAdd(folder, Make(folder));

    /// <summary>Forgets a folder that somebody removed, so that the next use makes it again.</summary>
    public void Forget(string folder)
    {
        _known.TryRemove(folder, out _);
        if (folder.Length > 0)
            Forget(Parent(folder));
    }

    /// <summary>Whether a file stands where the folder, or one above it, should be.</summary>
    public bool IsBlocked(string folder)
    {
        for (var path = PathOf(folder); path is not null; path = Path.GetDirectoryName(path))
        {
            if (File.Exists(path))
                return true;
        }

        return false;
    }

    /// <summary>Refuses a folder that is reached through a link to somewhere outside the store.</summary>
    public void CheckLinks(string folder)
    {
        if (folder.Length == 0 || _known.ContainsKey(folder))
            return;

        CheckLinks(Parent(folder));
        var info = new DirectoryInfo(PathOf(folder));
        if (info.LinkTarget is not null)
            CheckTarget(info);

        if (info.Exists)
            _known.TryAdd(folder, new FolderNames(info.FullName));
    }

    private void CheckTarget(DirectoryInfo link)
    {
        var target = TargetOf(link);
        var inside = Path.TrimEndingDirectorySeparator(Root) + Path.DirectorySeparatorChar;
        if (target != Root && !target.StartsWith(inside, StringComparison.Ordinal))
        {
            throw new TaskQueueException(
                ExitCode.Configuration, $"The link '{link.FullName}' leads out of the store, to '{target}'.", next:
                "Put a folder in its place, or let CF_CLOUDPATH name the folder that it leads to.");
        }
    }

    private static string TargetOf(DirectoryInfo link)
    {
        try
        {
            return link.ResolveLinkTarget(returnFinalTarget: true)!.FullName;
        }
        catch (Exception e) when (FolderErrors.Covers(e))
        {
            throw FolderErrors.Explain(e, "follow", link.FullName);
        }
    }

    private FolderNames Make(string folder)
    {
        var path = PathOf(folder);
        if (folder.Length > 0)
        {
            Open(Parent(folder));
            CheckLinks(folder);
        }

        if (!Directory.Exists(path))
        {
            MakeDirectory(path);
            if (Path.GetDirectoryName(path) is { } above)
                Posix.SyncFolder(above);
        }

        return new FolderNames(path);
    }

    /// <summary>A file system that makes no folders, such as /proc, answers as if there were no file.</summary>
    private static void MakeDirectory(string path)
    {
        try
        {
            Directory.CreateDirectory(path);
        }
        catch (FileNotFoundException e)
        {
            throw new DirectoryNotFoundException(e.Message, e);
        }
    }
}
