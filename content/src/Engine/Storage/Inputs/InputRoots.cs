using TaskQueue.Contracts;
using TaskQueue.Storage.Folder;

namespace TaskQueue.Storage.Inputs;

/// <summary>
/// What tasks may read through their inputs on this machine: the writers of the queue choose what they are to
/// read.
/// </summary>
public sealed class InputRoots
{
    /// <summary>As many as Linux follows in one path.</summary>
    private const int MostLinks = 40;

    /// <summary>The project's passwords and keys are no input, although they lie in its folder.</summary>
    private const string SecretFile = "secret.env";

    private static readonly string SecretFolder = string.Join(Path.DirectorySeparatorChar, "", "config", "secrets", "");

    private readonly List<string>? _folders;
    private readonly HashSet<(string Host, int Port)> _origins = [];

    /// <param name="setting">INPUT_ROOTS: folders and origins of web servers, separated by commas; it may be empty.</param>
    /// <param name="projectRoot">Where relative paths start; files in it may be read.</param>
    /// <param name="store">Where outputs go; files in it may be read. Null when it is a bucket.</param>
    /// <param name="anyPath">Whether an empty setting allows every file.</param>
    public InputRoots(string setting, string projectRoot, string? store, bool anyPath)
    {
        var entries = setting.Split(',', StringSplitOptions.RemoveEmptyEntries);
        foreach (var entry in entries.Where(IsOrigin).Select(entry => new Uri(entry)))
            _origins.Add((entry.IdnHost.Trim('[', ']'), entry.Port));
        if (anyPath && entries.All(IsOrigin))
            return;

        var paths = entries.Where(entry => !IsOrigin(entry))
            .Select(entry => Path.GetFullPath(StoreUrl.Parse(entry)?.ToLocalPath() ?? entry, projectRoot));
        _folders = [.. paths.Concat([projectRoot, store ?? projectRoot]).Select(path => RealPath(path))];
    }

    /// <summary>Whether an entry of INPUT_ROOTS names a web server.</summary>
    public static bool IsOrigin(string entry) => StoreUrl.Parse(entry) is { Scheme: "http" or "https" };

    /// <exception cref="TaskQueueException">The file is in none of the folders (77).</exception>
    internal void CheckFile(string path)
    {
        if (_folders is null)
            return;

        var real = RealPath(path);
        if (!_folders.Exists(folder => IsInside(real, folder)) || IsSecret(real))
            throw new TaskQueueException(
                ExitCode.Permission, $"The input {Printable.Quote(path)} may not be read.",
                "Tasks of this queue read files of the project's folder, of the store and of INPUT_ROOTS.",
                "If they shall read it, add its folder to INPUT_ROOTS in config/task.env.");
    }

    /// <summary>Whether this server was allowed by name, wherever it is.</summary>
    internal bool AllowsServer(string host, int port) => _origins.Contains((host.Trim('[', ']'), port));

    private static bool IsSecret(string path) =>
        Path.GetFileName(path).Equals(SecretFile, StringComparison.OrdinalIgnoreCase) || path.Contains(SecretFolder, StringComparison.OrdinalIgnoreCase);

    private static bool IsInside(string path, string folder) =>
        path == folder || path.StartsWith(folder.TrimEnd(Path.DirectorySeparatorChar) + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    /// <summary>The path with all its links followed, as far as it exists.</summary>
    private static string RealPath(string path)
    {
        try
        {
            return FollowLinks(path);
        }
        catch (Exception e) when (FolderErrors.Covers(e))
        {
            throw FolderErrors.Explain(e, "follow", path);
        }
    }

    private static string FollowLinks(string path)
    {
        var real = Path.GetPathRoot(path)!;
        var names = new Stack<string>(NamesOf(path));
        for (var links = 0; names.TryPop(out var name);)
        {
            var next = Path.Join(real, name);
            if (name is "." or "..")
                real = name == "." ? real : Path.GetDirectoryName(real) ?? real;
            else if (new FileInfo(next).LinkTarget is not { } target)
                real = next;
            else if (++links > MostLinks)
                throw new IOException("There are too many links in it.");
            else
            {
                real = Path.IsPathRooted(target) ? Path.GetPathRoot(target)! : real;
                foreach (var part in NamesOf(target))
                    names.Push(part);
            }
        }

        return real;
    }

    /// <summary>The last one first.</summary>
    private static IEnumerable<string> NamesOf(string path) =>
        path[Path.GetPathRoot(path)!.Length..]
            .Split([Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar], StringSplitOptions.RemoveEmptyEntries).Reverse();
}
