using System.Security.Cryptography;
using TaskQueue.Storage;

namespace TaskQueue.Insert;

/// <summary>Finds the parameter table.</summary>
public static class TablePath
{
    /// <summary>Whether the table is in a bucket or on a web server.</summary>
    public static bool IsRemote(string name) => StoreUrl.Parse(name) is { Scheme: not "file" };

    /// <summary>The absolute path or the URL; <c>.feather</c> is added when the name has no ending.</summary>
    /// <param name="name">As TASK_PARAMETER_FILENAME or --table has it.</param>
    /// <param name="projectRoot">Where relative paths start.</param>
    public static string Resolve(string name, string projectRoot)
    {
        // What a web server calls a table need not end like one.
        if (StoreUrl.Parse(name) is { Scheme: "http" or "https" })
            return name;

        if (IsRemote(name))
            return Path.HasExtension(name) ? name : name + ".feather";

        var path = StoreUrl.Parse(name) is null ? Path.GetFullPath(name, projectRoot) : new Uri(name).LocalPath;
        return Path.HasExtension(path) || File.Exists(path) || Directory.Exists(path) ? path : path + ".feather";
    }

    /// <summary>SHA-256 of the table's bytes, lower-case hex.</summary>
    public static async Task<string> HashAsync(string path, CancellationToken cancellationToken)
    {
        await using var file = new FileStream(
            path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1 << 20, FileOptions.Asynchronous | FileOptions.SequentialScan);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellationToken));
    }
}
